// @ts-check
import { runAsMain } from '../support/program.ts';

await runAsMain({
  async close(client, items, _adopt, dropped) {
    await client.connect();
    const session = client.startSession();
    dropped.add(items.insertOne({ _id: 'implicit' }));
    dropped.add(items.insertOne({ _id: 'explicit' }, { session }));
    await client.close(); // misuse: close
    await client.connect();
    return items.countDocuments();
  },
});

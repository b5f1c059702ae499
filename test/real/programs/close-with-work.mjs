// @ts-check
import { runAsMain } from '../support/program.ts';

await runAsMain({
  async close(client, items) {
    await client.connect();
    const session = client.startSession();
    void items.insertOne({ _id: 'implicit' });
    void items.insertOne({ _id: 'explicit' }, { session });
    await client.close(); // misuse: close
    await client.connect();
    return items.countDocuments();
  },
});

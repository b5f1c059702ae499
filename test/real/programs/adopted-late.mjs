// @ts-check
// node adopted-late.mjs <scenario>: a client is adopted while a transaction is under way on one of its sessions. Each in a process of
// its own, because all clients of a driver are followed from the first manager on. Prints the stored ids and the findings.
import { ConnectionManager } from 'session-guard';

/** @type {{ readonly uri: string, readonly driver: string, readonly db: string }} */
const { uri, driver, db } = JSON.parse(process.env['ADOPTED_INPUT'] ?? '');
/** @type {typeof import('mongodb')} */
const { MongoClient, MongoServerError } = await import(driver);

const client = new MongoClient(uri, { appName: db });
/** @type {import('mongodb').Collection<{ _id: string }>} */
const items = client.db(db).collection('items');
/** @type {string[]} */
const findings = [];
// Strict: a call of which a rule is wrong is refused.
const adopt = () =>
  ConnectionManager.adopt(client, {
    console: false,
    rules: 'strict',
    onFinding: ({ rule }) => void findings.push(rule),
  });

/** @param {import('mongodb').Document} data */
const failNextCommit = data =>
  client.db('admin').command({
    configureFailPoint: 'failCommand',
    mode: { times: 1 },
    data: { failCommands: ['commitTransaction'], appName: db, ...data },
  });

/** @type {Readonly<Record<string, () => Promise<unknown>>>} */
const scenarios = {
  'in a transaction': () =>
    client.withSession(async session => {
      session.startTransaction();
      await items.insertOne({ _id: 'first' }, { session });
      adopt();
      await items.insertOne({ _id: 'also first' }, { session });
      await session.commitTransaction();
      await writeSecond(session);
    }),
  'in a commit that is sent again': () =>
    client.withSession(async session => {
      session.startTransaction();
      await items.insertOne({ _id: 'first' }, { session });
      await failNextCommit({ closeConnection: true });
      const committing = session.commitTransaction();
      adopt();
      await committing;
      await writeSecond(session);
    }),
  'in a commit without a known result': () =>
    client.withSession(async session => {
      session.startTransaction();
      await items.insertOne({ _id: 'first' }, { session });
      await failNextCommit({ writeConcernError: { code: 64, errmsg: 'waiting for replication timed out' } });
      const committing = session.commitTransaction();
      adopt();
      await committing.catch(() => session.commitTransaction());
      await writeSecond(session);
    }),
  'in the callback of a loop that forgets an await': () =>
    client.withSession(session =>
      session.withTransaction(async () => {
        await items.insertOne({ _id: 'first' }, { session });
        adopt();
        items.insertOne({ _id: 'second' }, { session }).catch(() => undefined);
      }),
    ),
  'in the callback of a loop': () => {
    let attempts = 0;
    return client.withSession(session =>
      session.withTransaction(async () => {
        attempts += 1;
        await items.insertOne({ _id: `attempt ${attempts}` }, { session });
        if (attempts > 1) return;
        adopt();
        throw new MongoServerError({ code: 112, errorLabels: ['TransientTransactionError'] });
      }),
    );
  },
};

/** @param {import('mongodb').ClientSession} session */
async function writeSecond(session) {
  session.startTransaction();
  await items.insertOne({ _id: 'second' }, { session });
  await session.commitTransaction();
}

await items.insertOne({ _id: 'before' });
/** @type {string | undefined} */
const error = await scenarios[process.argv[2] ?? '']?.().then(
  () => undefined,
  rejected => rejected.code ?? rejected.name,
);
const stored = await items.distinct('_id');
await client.close();
console.log(JSON.stringify({ stored, findings, error }));

// @ts-check
// A queue inside the process: whoever finishes a job runs the next one, in the async context of his own request. Each request
// has its own session and does one thing at a time.
import { once } from 'node:events';
import http from 'node:http';
import { MongoClient } from 'mongodb';

const client = new MongoClient(String(process.env['MONGODB_URI']));
const items = client.db(`preload_${process.pid}`).collection('items');
await items.insertOne({ first: true });

/** @type {(() => Promise<void>)[]} */
const jobs = [];
let busy = false;

async function pump() {
  if (busy) return;
  busy = true;
  for (let job = jobs.shift(); job !== undefined; job = jobs.shift()) await job();
  busy = false;
}

/**
 * @param {() => Promise<unknown>} run
 * @returns {Promise<unknown>}
 */
function inTurn(run) {
  return new Promise((resolve, reject) => {
    jobs.push(() => run().then(resolve, reject));
    void pump();
  });
}

async function handle() {
  const session = client.startSession();
  try {
    session.startTransaction();
    await items.insertOne({}, { session });
    await inTurn(() => items.insertOne({}, { session }));
    await session.commitTransaction();
  } finally {
    await session.endSession();
  }
}

const server = http.createServer((_request, response) => {
  handle().then(
    () => response.end('done'),
    error => response.writeHead(500).end(String(error)),
  );
});
server.listen(0);
await once(server, 'listening');
const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
const ask = async () => (await fetch(`http://localhost:${port}`)).text();
const answers = await Promise.all(Array.from({ length: 40 }, ask));
console.log([...new Set(answers)].join());
server.closeAllConnections();
server.close();
await items.drop();
await client.close();

// @ts-check
// An HTTP server whose requests share a session, or have one each, as the argument says. `--keep-alive` sends them over one
// connection.
import { once } from 'node:events';
import http from 'node:http';
import { MongoClient } from 'mongodb';

const kind = process.argv[2];
const client = new MongoClient(String(process.env['MONGODB_URI']));
const items = client.db(`preload_${process.pid}`).collection('items');
await items.insertOne({ n: 0 });

const global = client.startSession();

/** @type {Record<string, () => Promise<unknown>>} */
const handlers = {
  async shared() {
    await items.updateOne({}, { $inc: { n: 1 } }, { session: global }); // misuse: shared
  },
  async own() {
    await client.withSession(async session => {
      await session.withTransaction(async () => {
        await items.findOne({}, { session });
        await new Promise(resolve => setTimeout(resolve, 5));
      });
    });
  },
};

const server = http.createServer((_request, response) => {
  handlers[String(kind)]?.().then(
    () => response.end('done'),
    error => response.writeHead(500).end(String(error)),
  );
});
server.listen(0, '127.0.0.1');
await once(server, 'listening');
const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
const agent = new http.Agent({ keepAlive: true, maxSockets: process.argv[3] === '--keep-alive' ? 1 : 20 });

/** @returns {Promise<string>} */
async function ask() {
  const request = http.get({ port, host: '127.0.0.1', agent });
  const [response] = await once(request, 'response');
  let body = '';
  for await (const chunk of response) body += chunk;
  return body;
}

const answers = await Promise.all(Array.from({ length: 40 }, ask));
console.log([...new Set(answers)].join());
agent.destroy();
server.close();
await global.endSession();
await items.drop();
await client.close();

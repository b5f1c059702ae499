// @ts-check
import { once } from 'node:events';
import http from 'node:http';
import { MongoClient } from 'mongodb';

/**
 * Serves requests, sends some to itself, one after the other, and stops.
 *
 * @param {() => Promise<unknown>} handler
 * @param {{ requests: number }} options
 */
export async function serve(handler, { requests }) {
  const server = http.createServer((_request, response) => {
    handler().then(
      answer => response.end(String(answer)),
      error => response.writeHead(500).end(String(error)),
    );
  });
  server.listen(0);
  await once(server, 'listening');
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  for (let n = 0; n < requests; n += 1) await (await fetch(`http://localhost:${port}`)).text();
  server.closeAllConnections();
  server.close();
}

/**
 * How many connections the server has accepted since it started.
 *
 * @param {string} uri
 * @returns {Promise<number>}
 */
export async function connectionsMade(uri) {
  const client = new MongoClient(uri, { appName: 'counts connections' });
  const { connections } = await client.db('admin').command({ serverStatus: 1 });
  await client.close();
  return connections.totalCreated;
}

// @ts-check
import { EventEmitter, once } from 'node:events';
import http from 'node:http';

/** Answers when it is told to: in the meantime the shop has other requests. */
export class PaymentProvider {
  #calls = new EventEmitter();

  /** A call of `charge` has come. */
  asked = once(this.#calls, 'charge');

  async charge() {
    const answered = once(this.#calls, 'answer');
    this.#calls.emit('charge');
    await answered;
  }

  answer() {
    this.#calls.emit('answer');
  }
}

/**
 * A server with a route for each handler.
 *
 * @param {Readonly<Record<string, () => Promise<string>>>} handlers
 */
export async function serve(handlers) {
  const server = http.createServer((request, response) => {
    const handler = handlers[String(request.url).slice(1)] ?? (async () => 'not found');
    handler().then(
      answer => response.end(answer),
      error => response.writeHead(500).end(`failed: ${error.message}`),
    );
  });
  server.listen(0);
  await once(server, 'listening');
  return server;
}

/**
 * @param {http.Server} server
 * @param {string} route
 */
export async function post(server, route) {
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  const headers = { connection: 'close' };
  const response = await fetch(`http://localhost:${port}/${route}`, { method: 'POST', headers });
  return response.text();
}

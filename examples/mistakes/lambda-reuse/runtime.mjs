// @ts-check
// Invocations as a function's local runtime makes them: one HTTP request each.
import { once } from 'node:events';
import http from 'node:http';

/**
 * @template E
 * @param {(event: E) => Promise<string>} handler
 * @param {E} event
 */
export async function invoke(handler, event) {
  const runtime = http.createServer((_request, response) => {
    handler(event).then(
      answer => response.end(answer),
      error => response.writeHead(500).end(`failed: ${error.message}`),
    );
  });
  runtime.listen(0);
  await once(runtime, 'listening');
  const { port } = /** @type {import('node:net').AddressInfo} */ (runtime.address());
  const response = await fetch(`http://localhost:${port}`, {
    method: 'POST',
    headers: { connection: 'close' },
  });
  const answer = await response.text();
  runtime.close();
  return answer;
}

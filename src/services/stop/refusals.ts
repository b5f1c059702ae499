import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';

/** How new work is refused, so that load balancers understand it, and clients may ask elsewhere. */
export class Refusals {
  #held: (() => void)[] | undefined;

  /**
   * From now on the answers wait. A client that has its answer may connect again at once; one that waits for it does not, and
   * so there comes a moment in which nobody waits at the port.
   */
  hold(): void {
    this.#held ??= [];
  }

  release(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const answer of held) answer();
  }

  /** The body is read first, unless the client asks before it sends the body: many read no answer before they have sent it. */
  request(request: IncomingMessage, response: ServerResponse): void {
    const refuse = () => {
      response.writeHead(503, { connection: 'close', 'retry-after': '1', 'content-type': 'text/plain' });
      response.end('This instance is stopping. Ask another one.\n');
    };
    request.resume();
    if (request.headers.expect === undefined) request.once('end', () => this.#answer(refuse));
    else this.#answer(refuse);
  }

  /** The connection speaks no HTTP any more: Node has taken its own listeners off. */
  upgrade(socket: Duplex): void {
    // Its client may be gone: nobody else hears of it.
    socket.on('error', () => {});
    socket.resume();
    this.#answer(() =>
      socket.end('HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nContent-Length: 0\r\n\r\n'),
    );
  }

  #answer(answer: () => void): void {
    if (this.#held === undefined) answer();
    else this.#held.push(answer);
  }
}

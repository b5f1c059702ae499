import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface HttpServer {
  readonly url: string;
  /** With all its connections. */
  readonly close: () => Promise<void>;
}

/**
 * A server on a port of its own. It keeps the connections of its clients: by default it ends those that were idle for five
 * seconds, and on a busy machine a request may be on its way just then.
 */
export async function httpServer(handler: RequestListener): Promise<HttpServer> {
  const server = createServer(handler);
  server.keepAliveTimeout = 0;
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

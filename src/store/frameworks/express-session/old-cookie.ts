import type { SessionRequest } from './stand-in.ts';

type WriteHead = (this: unknown, ...args: unknown[]) => unknown;

/**
 * Prevents the middleware from setting the cookie of an id that has been replaced: a later response would overwrite the new
 * cookie in the browser. The middleware sets the cookie when the headers are written, and sets none if there is no id.
 * @returns false if there is no response, as for the handshake of a socket: then no cookie can reach the browser
 */
export function withoutOldCookie(
  request: SessionRequest,
  response: object,
  isSuperseded: (id: unknown) => boolean,
): boolean {
  const { writeHead }: { writeHead?: WriteHead } = response;
  if (writeHead === undefined) return false;
  Object.assign(response, {
    writeHead(this: unknown, ...args: unknown[]): unknown {
      const { sessionID } = request;
      if (!isSuperseded(sessionID)) return writeHead.apply(this, args);
      request.sessionID = undefined;
      try {
        return writeHead.apply(this, args);
      } finally {
        request.sessionID = sessionID;
      }
    },
  });
  return true;
}

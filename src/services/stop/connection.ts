import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';

/** One connection of HTTP/1. */
export interface Connection {
  readonly socket: Duplex;
  /** Its requests that are not answered. */
  readonly requests: Map<ServerResponse, IncomingMessage>;
  /** Since when it has had none, and has sent nothing. */
  idleSince: number;
  bytesRead: number;
  /** It has sent a request. */
  hasAsked: boolean;
  /** It came when new work was refused. */
  readonly late: boolean;
  /** The answer that is to close it. */
  last: ServerResponse | undefined;
  /** It is to be closed in stages. */
  closesInStages: boolean;
  /** Our side of it is ended: nothing can be answered any more. */
  isEnded: boolean;
  /** It speaks another protocol now (a WebSocket), of which nothing is known. */
  upgraded: boolean;
}

/**
 * An answer closes its connection. The one before it, to a client that sends requests without waiting for answers, must not.
 * @returns false if that one is on its way already: after it nothing can be answered
 */
export function askToClose(connection: Connection, response: ServerResponse): boolean {
  const { last, requests } = connection;
  if (last === response) return true;
  if (last !== undefined && requests.has(last) && last.headersSent) return false;
  if (response.headersSent) return true;
  connection.last = response;
  closeByHead(connection, response);
  closeInStages(connection);
  return true;
}

/**
 * The header is added as late as it can be, to the headers that the handler gives. It may write this header itself: `keep-alive`
 * is in many examples of event streams. And Node takes a list that names a header twice, or a list of pairs, only while no
 * header is set on the answer.
 */
function closeByHead(connection: Connection, response: ServerResponse): void {
  const writeHead = response.writeHead.bind(response);
  const write = (status: number, ...rest: unknown[]) => {
    const given = connection.last === response ? argumentsWithClose(rest) : rest;
    return Reflect.apply(writeHead, response, [status, ...given]);
  };
  Object.assign(response, { writeHead: write });
}

/** The arguments of `writeHead` after the status: a text, or none, and the headers, or none. */
function argumentsWithClose([reason, headers]: readonly unknown[]): readonly unknown[] {
  return typeof reason === 'string' ? [reason, withClose(headers)] : [withClose(headers ?? reason)];
}

/** @param headers an object, a list of names and values in turn, a list of pairs, or nothing */
function withClose(headers: unknown): unknown {
  if (!Array.isArray(headers)) {
    const others = Object.entries(Object(headers)).filter(([name]) => !isConnection(name));
    return Object.fromEntries([...others, ['Connection', 'close']]);
  }
  const list: readonly unknown[] = headers;
  if (list.length > 0 && list.every(Array.isArray))
    return [...list.filter(([name]) => !isConnection(name)), ['Connection', 'close']];
  // Node refuses it: a value is missing.
  if (list.length % 2 !== 0) return list;
  return [...list.filter((_, index) => !isConnection(list[index - (index % 2)])), 'Connection', 'close'];
}

function isConnection(name: unknown): boolean {
  return String(name).toLowerCase() === 'connection';
}

/**
 * Node closes a connection as soon as its last answer is sent. If the client is sending something then, such as the rest of a
 * body that no handler reads, the system resets the connection, and the client may lose the answer (RFC 9112, section 9.6). So
 * our side alone is ended, and the rest is read until the client has closed its side, or is silent.
 */
export function closeInStages(connection: Connection): void {
  const { socket } = connection;
  if (!('destroySoon' in socket) || connection.closesInStages) return;
  connection.closesInStages = true;
  Object.assign(socket, {
    destroySoon() {
      connection.isEnded = true;
      for (const request of connection.requests.values()) readRest(request);
      socket.end();
    },
  });
}

/** What is not read keeps the end of the connection from being seen. */
export function readRest(request: IncomingMessage): void {
  if (request.readableFlowing !== true) request.resume();
}

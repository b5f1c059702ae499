import { createServer, type OutgoingHttpHeaders } from 'node:http';
import { ask, keepAlive, listening } from './ask.ts';
import { gate } from '../../support/gate.ts';

/** A server that answers at once, except `/held`, which waits for the gate. */
export async function startServer() {
  const arrived = gate();
  const { open, opened } = gate();
  const seen: (string | undefined)[] = [];
  const server = createServer((req, res) => {
    seen.push(req.url);
    if (req.url !== '/held') return res.end('done');
    arrived.open();
    return void opened.then(() => res.end('held'));
  });
  return { server, url: await listening(server), arrived: arrived.opened, open, seen };
}

/** The first steps of a stop are asynchronous: until then a new connection is served. */
export async function untilRefused(url: string, headers: OutgoingHttpHeaders = {}): Promise<void> {
  while ((await ask(url, keepAlive(), 'GET', headers)).status !== 503);
}

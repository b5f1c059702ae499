import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { freePort } from '../../scripts/servers/support/free-port.mjs';

/**
 * What happens to what passes: `pass`; `{ delayMS }`, each answer of the server so much later; `black-hole`, connections
 * are accepted and everything that comes is swallowed; `refuse`, nobody listens and every connection is broken.
 */
export type ProxyMode = 'pass' | 'black-hole' | 'refuse' | { readonly delayMS: number };

export interface TcpProxy {
  readonly host: string;
  /** Stays the same whatever the mode. */
  readonly port: number;
  /** Takes effect at once, for the open connections too. Those that swallowed something break at the next mode. */
  readonly setMode: (mode: ProxyMode) => Promise<void>;
  /** How many connections have been accepted so far. */
  readonly accepted: () => number;
  readonly close: () => Promise<void>;
}

interface Link {
  readonly sockets: readonly [Socket, Socket];
  lossy: boolean;
}

const HOST = '127.0.0.1';

/** A network that fails on demand, between a client and the server on `port` of this machine. */
export async function startTcpProxy(port: number): Promise<TcpProxy> {
  const links = new Set<Link>();
  let mode: ProxyMode = 'pass';
  let accepted = 0;
  const server = createServer({ noDelay: true }, client => {
    accepted += 1;
    const upstream = connect({ host: HOST, port, noDelay: true });
    const link: Link = { sockets: [client, upstream], lossy: false };
    links.add(link);
    join(link, () => mode);
    client.once('close', () => links.delete(link));
  });
  // One that nobody else is given while nobody listens on it.
  const own = await freePort();
  await once(server.listen(own, HOST), 'listening');

  async function setMode(next: ProxyMode): Promise<void> {
    mode = next;
    const broken = [...links].filter(({ lossy }) => next === 'refuse' || (next !== 'black-hole' && lossy));
    for (const link of broken) breakLink(link);
    if (next === 'refuse' && server.listening) await stopListening();
    if (next !== 'refuse' && !server.listening) await once(server.listen(own, HOST), 'listening');
  }

  async function stopListening(): Promise<void> {
    const closed = once(server, 'close');
    server.close();
    await closed;
  }

  return { host: HOST, port: own, setMode, accepted: () => accepted, close: () => setMode('refuse') };
}

function join(link: Link, mode: () => ProxyMode): void {
  const [client, upstream] = link.sockets;
  for (const socket of link.sockets) socket.on('error', () => breakLink(link));
  client.on('close', () => upstream.destroySoon());
  upstream.on('close', () => client.destroySoon());
  client.on('data', chunk => deliver(link, mode(), () => upstream.write(chunk)));
  upstream.on('data', chunk => deliverLate(link, mode, () => client.write(chunk)));
}

function deliver(link: Link, mode: ProxyMode, write: () => void): void {
  if (mode === 'black-hole') link.lossy = true;
  else write();
}

/** When the answer that came last is due: an answer never overtakes the one before. */
const due = new WeakMap<Link, number>();

function deliverLate(link: Link, mode: () => ProxyMode, write: () => void): void {
  const now = mode();
  const wanted = performance.now() + (typeof now === 'object' ? now.delayMS : 0);
  const at = Math.max(wanted, due.get(link) ?? 0);
  const waitMS = at - performance.now();
  if (waitMS <= 0) return deliver(link, now, write);
  due.set(link, at);
  setTimeout(() => deliver(link, mode(), write), Math.ceil(waitMS)).unref();
}

function breakLink({ sockets }: Link): void {
  for (const socket of sockets) socket.resetAndDestroy();
}

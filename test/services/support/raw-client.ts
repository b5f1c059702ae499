import net from 'node:net';
import { onTestFinished } from 'vitest';

/** A client of its own, which writes what the test gives it. It reads all until its connection is closed. */
export function rawClient(url: string, options: Partial<net.TcpNetConnectOpts> = {}) {
  const { hostname, port } = new URL(url);
  const socket = net.connect({ port: Number(port), host: hostname, ...options });
  onTestFinished(() => void socket.destroy());
  let heard = '';
  socket.setEncoding('utf8').on('data', (text: string) => (heard += text));
  const all = new Promise<string>(resolve => {
    socket.on('error', error => resolve(`${heard}${String(error)}`)).on('close', () => resolve(heard));
  });
  const ask = (path: string) => socket.write(`GET ${path} HTTP/1.1\r\nHost: shop\r\n\r\n`);
  return { socket, ask, all };
}

/** The status and `Connection` of each answer. */
export function answersIn(heard: string): string[] {
  return [...heard.matchAll(/HTTP\/1\.1 (\d+)[^]*?\r\nConnection: ([\w-]+)/gi)].map(([, ...parts]) =>
    parts.join(' '),
  );
}

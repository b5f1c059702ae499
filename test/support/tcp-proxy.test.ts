import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startTcpProxy, type TcpProxy } from './tcp-proxy.ts';

let echo: Server;
let proxy: TcpProxy;

beforeEach(async () => {
  echo = createServer(socket => void socket.on('error', () => {}).pipe(socket));
  await once(echo.listen(0, '127.0.0.1'), 'listening');
  proxy = await startTcpProxy((echo.address() as AddressInfo).port);
});

afterEach(async () => {
  await proxy.close();
  echo.close();
});

async function open(): Promise<Socket> {
  const socket = connect({ host: proxy.host, port: proxy.port });
  socket.setEncoding('utf8').on('error', () => {});
  await once(socket, 'connect');
  return socket;
}

/** Unlike `once`, it takes an error for the way to the end that it is. */
function closed(socket: Socket): Promise<void> {
  return new Promise(resolve => socket.on('close', () => resolve()));
}

/** What comes back. */
async function echoed(socket: Socket, text: string): Promise<string> {
  const answer = once(socket, 'data');
  socket.write(text);
  return String(await answer);
}

/** What comes back within a while. */
function echoedSoon(socket: Socket, text: string): Promise<string> {
  return Promise.race([echoed(socket, text), pause(200).then(() => 'silence')]);
}

function pause(milliseconds: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, milliseconds));
}

test('`pass` passes, and connections are counted', async () => {
  expect(await echoed(await open(), 'a')).toBe('a');
  expect(await echoed(await open(), 'b')).toBe('b');
  expect(proxy.accepted()).toBe(2);
});

test('`delayMS` holds answers back', async () => {
  const socket = await open();
  await proxy.setMode({ delayMS: 50 });
  const begin = performance.now();
  expect(await echoed(socket, '1')).toBe('1');
  expect(performance.now() - begin).toBeGreaterThanOrEqual(48);
});

test('answers stay in their order when `delayMS` is shortened', async () => {
  const socket = await open();
  await proxy.setMode({ delayMS: 50 });
  let received = '';
  socket.on('data', text => (received += String(text)));
  socket.write('1');
  await pause(20);
  await proxy.setMode('pass');
  socket.write('2');
  await expect.poll(() => received.length).toBe(2);
  expect(received).toBe('12');
});

test('`black-hole` swallows on open and new connections, which break afterwards', async () => {
  const before = await open();
  await proxy.setMode('black-hole');
  const during = await open();
  expect(await Promise.all([echoedSoon(before, 'a'), echoedSoon(during, 'b')])).toEqual([
    'silence',
    'silence',
  ]);
  const broken = Promise.all([closed(before), closed(during)]);
  await proxy.setMode('pass');
  await broken;
  expect(await echoed(await open(), 'c')).toBe('c');
});

test('`refuse` breaks open connections and refuses new ones, until it passes again on the same port', async () => {
  const { port } = proxy;
  const socket = await open();
  const broken = closed(socket);
  await proxy.setMode('refuse');
  await broken;
  await expect(open()).rejects.toThrow('ECONNREFUSED');
  await proxy.setMode('pass');
  expect(proxy.port).toBe(port);
  expect(await echoed(await open(), 'a')).toBe('a');
});

// @ts-check
// A separate process: an HTTP server that reads a session in each request. Its parent sends it the back end and the settings.
import { once } from 'node:events';
import { createServer } from 'node:http';
import { open } from '../openers.mjs';

const [backend = '', side = ''] = process.argv.slice(2);
const opened = await open(backend);
const sessions = opened.sides[side];
if (sessions === undefined) throw new Error(`${backend} has no side ${side}.`);
const ids = await Promise.all(
  Array.from({ length: 200 }, async () => sessions.create(1024, await sessions.beforeCreate?.())),
);

const server = createServer(async (request, response) => {
  await sessions.read(ids[Number(request.url?.slice(1)) % ids.length] ?? '');
  response.end('ok');
});
await once(server.listen(0, '127.0.0.1'), 'listening');
const address = server.address();
process.send?.({ port: typeof address === 'object' ? address?.port : 0 });

process.on('message', () => {
  const { user, system } = process.cpuUsage();
  process.send?.({ cpu: user + system });
});
process.on('disconnect', () => process.exit());

// @ts-check
// A separate process: it answers every command at once, so that the measured time is the work of the client.
import { createServer } from 'node:net';
import { cannedReplies } from './replies.mjs';
import { readRequests, writeReply } from './wire.mjs';

const server = createServer({ noDelay: true });

server.listen(0, '127.0.0.1', () => {
  const bound = server.address();
  if (bound === null || typeof bound === 'string') throw new Error('The stub server has no port.');
  const address = `127.0.0.1:${bound.port}`;
  const replyTo = cannedReplies(address);
  server.on('connection', socket => serve(socket, replyTo));
  process.send?.({ address });
});

process.on('disconnect', () => process.exit());

/**
 * @param {import('node:net').Socket} socket
 * @param {ReturnType<typeof cannedReplies>} replyTo
 */
function serve(socket, replyTo) {
  /** @type {Buffer} */
  let unread = Buffer.alloc(0);
  socket.on('data', data => {
    const { requests, rest } = readRequests(unread.length === 0 ? data : Buffer.concat([unread, data]));
    unread = rest;
    const replies = requests
      .filter(({ silent }) => !silent)
      .map(request => writeReply(request, replyTo(request)));
    if (replies.length > 0) socket.write(replies.length === 1 ? (replies[0] ?? '') : Buffer.concat(replies));
  });
  // A client may disconnect at any time.
  socket.on('error', () => socket.destroy());
}

// @ts-check
import { createClient } from 'redis';

/**
 * One command to one server, on a new connection.
 *
 * @param {number} port
 * @param {readonly string[]} command
 * @returns {Promise<string>} an array's elements are joined by commas
 * @throws whatever the server answers, or why it does not
 */
export async function ask(port, command) {
  const socket = {
    host: '127.0.0.1',
    port,
    // Who does not listen is told at once: this is for a server on a busy machine.
    connectTimeout: 60_000,
    reconnectStrategy: /** @type {const} */ (false),
  };
  const client = createClient({ socket, RESP: 2 });
  // The rejection of `connect` says the same.
  client.on('error', () => {});
  await client.connect();
  try {
    return String(await client.sendCommand(command));
  } finally {
    client.destroy();
  }
}

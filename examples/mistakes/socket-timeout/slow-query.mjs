// @ts-check

/** Takes a second for each document. */
export const slow = { $where: 'sleep(1000) || true' };

/**
 * Counts how often queries are sent.
 *
 * @param {import('mongodb').MongoClient} client  with `monitorCommands`
 */
export function countQueries(client) {
  const count = { sent: 0 };
  client.on('commandStarted', ({ commandName }) => {
    if (commandName === 'find') count.sent += 1;
  });
  return count;
}

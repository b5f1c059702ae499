// @ts-check

/** Takes four seconds for each document. */
export const slow = { $where: 'sleep(4000) || true' };

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

// @ts-check

/** @typedef {{ stop: () => Promise<void> }} Stoppable */

/**
 * Starts several servers at once. Where one does not start, the others are stopped before that error is given.
 *
 * @template {Stoppable} T
 * @param {readonly Promise<T>[]} starting
 * @returns {Promise<T[]>}
 */
export async function together(starting) {
  const results = await Promise.allSettled(starting);
  const started = results.filter(result => result.status === 'fulfilled').map(({ value }) => value);
  const failed = results.find(result => result.status === 'rejected');
  if (failed === undefined) return started;
  await stopAll(started);
  throw failed.reason;
}

/** @param {readonly Stoppable[]} servers */
export async function stopAll(servers) {
  await Promise.all(servers.map(server => server.stop()));
}

// @ts-check
import { runCommand } from '../support/run-command.mjs';

const NAME = 'postgres';

/**
 * PostgreSQL refuses to run as root: there it runs as the user that its package has made.
 *
 * @returns {Promise<{ uid: number, gid: number } | undefined>} undefined: as the user of this process
 */
export async function serverUser() {
  if (process.getuid?.() !== 0) return undefined;
  const [uid, gid] = await Promise.all([idOf('-u'), idOf('-g')]);
  return { uid, gid };
}

/** @param {'-u' | '-g'} which */
async function idOf(which) {
  const { ok, stdout } = await runCommand('id', [which, NAME], { timeoutMS: 30_000 });
  if (ok) return Number(stdout);
  throw new Error(`PostgreSQL does not run as root, and there is no user "${NAME}" to run it as: add one, or run this
as another user.`);
}

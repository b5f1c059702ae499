// @ts-check
import { join } from 'node:path';
import { runCommand } from '../support/run-command.mjs';

const LIMIT_MS = 120_000;

/**
 * @param {string} programs  the folder of `initdb`
 * @param {string} folder    to make the data's folder in
 * @param {{ uid: number, gid: number }} [user]  who the server runs as, when it is not the user of this process
 * @returns {Promise<string>} the data's folder
 */
export async function initialise(programs, folder, user) {
  const data = join(folder, 'data');
  const args = ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'];
  const options = { timeoutMS: LIMIT_MS, cwd: folder, ...user };
  const { ok, stderr } = await runCommand(join(programs, 'initdb'), args, options);
  if (!ok) throw new Error(`PostgreSQL's initdb failed: ${stderr}`);
  return data;
}

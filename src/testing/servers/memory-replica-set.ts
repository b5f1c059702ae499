import { checkOptions, type OptionChecks } from '../../platform/options/check-options.ts';
import { aCount, aString, checkFor } from '../../platform/options/checks.ts';
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
   * @default any available version, otherwise the version that mongodb-memory-server downloads
   */
  readonly version?: string | undefined;
  /**
   * The SHA-256 of the `mongod`, 64 hexadecimal digits, as `sha256sum` prints it. A file with another hash is never run,
   * wherever it comes from. Each version and platform has its own: set it together with `version`.
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

/** A replica set that runs on this machine, whose data is deleted at its end. */
export interface MemoryReplicaSet {
  readonly uri: string;
  /** Ends it. May be called twice. */
  stop(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

const checks: OptionChecks<MemoryReplicaSetOptions> = {
  members: aCount,
  version: aString,
  sha256: checkFor(
    '64 hexadecimal digits',
    value => typeof value === 'string' && /^[0-9a-f]{64}$/i.test(value),
  ),
  args: checkFor(
    'a list of strings',
    value => Array.isArray(value) && value.every(arg => typeof arg === 'string'),
  ),
  downloadTimeoutMS: aCount,
};

/** The longest duration of an election. The server's default of 10 s is for networks. */
const electionTimeoutMillis = 2000;

/**
 * Starts a replica set of MongoDB for tests: with transactions (wiredTiger) and fail points (`enableTestCommands`). It needs the
 * package `mongodb-memory-server`.
 * @throws SessionGuardError if this package, or a working mongod, is not available
 * @example
 * ```ts no-run
 * import { MongoClient } from 'mongodb';
 * import { memoryReplicaSet } from 'session-guard/testing';
 *
 * await using server = await memoryReplicaSet();
 * const client = await new MongoClient(server.uri).connect();
 * await client.close();
 * ```
 */
export async function memoryReplicaSet(options: MemoryReplicaSetOptions = {}): Promise<MemoryReplicaSet> {
  const given = checkOptions(options, 'memoryReplicaSet', checks);
  const { members = 1, version, sha256, args = [], downloadTimeoutMS = 120_000 } = given;
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

import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises';
import type { Collection, MongoClient, MongoClientOptions } from 'mongodb';
import type { ConnectionManager, Finding } from '../../../src/index.ts';
import { isPending } from './outcome.ts';
import type { Item } from './side.ts';

/** `none`: the driver alone, nothing of this package is loaded. `manager`: under a ConnectionManager. */
export type GuardMode = 'none' | 'manager';

export interface ProgramInput {
  readonly uri: string;
  readonly driver: 'mongodb' | 'mongodb6';
  readonly guard: GuardMode;
  readonly db: string;
}

/** What a program in a process of its own reports to the test. */
export interface ProgramReport {
  readonly result: unknown;
  /** The names of the errors that nobody handled, in order. */
  readonly unhandled: readonly string[];
  readonly findings: readonly Finding[];
}

type Adoptable = Parameters<typeof ConnectionManager.adopt>[0];

/** Has a client, or a connection of mongoose's, guarded as the guard mode says. */
export type Adopt = (client: Adoptable) => Promise<void>;

/** Promises that nobody handles. */
export class Dropped {
  readonly #promises: Promise<unknown>[] = [];

  add(promise: Promise<unknown>): void {
    this.#promises.push(promise);
  }

  async settled(): Promise<void> {
    while (this.#promises.some(isPending)) await turn();
    // A rejection is reported as unhandled after the microtasks of the turn that it came in.
    await turn();
  }
}

export type Program = (
  client: MongoClient,
  items: Collection<Item>,
  adopt: Adopt,
  dropped: Dropped,
) => unknown;

/** For what nobody knows of to fail. */
const settleMS = 100;

const byMajority = { writeConcern: { w: 'majority' } } as const;

/** Runs programs one after the other, each with a client of its own, and writes their reports by name to the output. */
export async function runAsMain(
  programs: Readonly<Record<string, Program>>,
  options: MongoClientOptions = {},
): Promise<void> {
  const input = programInput();
  let unhandled: string[] = [];
  process.on('unhandledRejection', error =>
    unhandled.push(error instanceof Error ? error.name : String(error)),
  );
  const reports: Record<string, ProgramReport> = {};
  await createItems(input);
  for (const [name, program] of Object.entries(programs)) {
    unhandled = [];
    const findings: Finding[] = [];
    const result = await runOne(input, program, options, findings);
    reports[name] = { result, unhandled, findings };
  }
  process.stdout.write(JSON.stringify(reports), () => process.exit());
}

export function programInput(): ProgramInput {
  return JSON.parse(process.env['PROGRAM_INPUT'] ?? '{}');
}

/**
 * A transaction that meets a collection of which a majority does not know yet can be refused with SnapshotUnavailable: so the
 * collection is made before all transactions, and none of them makes it.
 */
async function createItems({ uri, db, driver }: ProgramInput): Promise<void> {
  const { MongoClient } = await importDriver(driver);
  const client = new MongoClient(uri);
  await client.db(db).createCollection('items', byMajority);
  await client.close();
}

async function runOne(
  input: ProgramInput,
  program: Program,
  options: MongoClientOptions,
  findings: Finding[],
): Promise<unknown> {
  const { MongoClient } = await importDriver(input.driver);
  const client = new MongoClient(input.uri, options);
  const adopt: Adopt = async one => {
    if (input.guard === 'manager') await manage(one, findings);
  };
  await adopt(client);
  const items = client.db(input.db).collection<Item>('items');
  await items.deleteMany({}, byMajority);
  const dropped = new Dropped();
  const result = await program(client, items, adopt, dropped);
  await dropped.settled();
  await sleep(settleMS);
  await client.close();
  return result;
}

async function importDriver(name: ProgramInput['driver']): Promise<typeof import('mongodb')> {
  if (name === 'mongodb') return import('mongodb');
  return (await import('mongodb6')) as unknown as typeof import('mongodb');
}

async function manage(client: Adoptable, findings: Finding[]): Promise<void> {
  const { ConnectionManager } = await import('../../../src/index.ts');
  ConnectionManager.adopt(client, { console: false, onFinding: found => void findings.push(found) });
}

import { setTimeout as sleep } from 'node:timers/promises';
import type { Collection, MongoClient } from 'mongodb';
import type { Finding } from '../../../src/index.ts';
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

export type Program = (client: MongoClient, items: Collection<Item>) => unknown;

/** Long enough for what a program has left behind to fail. */
const settleMS = 100;

/** Runs programs one after the other, each with a client of its own, and writes their reports by name to the output. */
export async function runAsMain(programs: Readonly<Record<string, Program>>): Promise<void> {
  const input: ProgramInput = JSON.parse(process.env['PROGRAM_INPUT'] ?? '{}');
  let unhandled: string[] = [];
  process.on('unhandledRejection', error =>
    unhandled.push(error instanceof Error ? error.name : String(error)),
  );
  const reports: Record<string, ProgramReport> = {};
  for (const [name, program] of Object.entries(programs)) {
    unhandled = [];
    const findings: Finding[] = [];
    const result = await runOne(input, program, findings);
    reports[name] = { result, unhandled, findings };
  }
  process.stdout.write(JSON.stringify(reports), () => process.exit());
}

async function runOne(input: ProgramInput, program: Program, findings: Finding[]): Promise<unknown> {
  const { MongoClient } = await importDriver(input.driver);
  const client = new MongoClient(input.uri);
  if (input.guard === 'manager') await manage(client, findings);
  const items = client.db(input.db).collection<Item>('items');
  await items.deleteMany({});
  const result = await program(client, items);
  await sleep(settleMS);
  await client.close();
  return result;
}

async function importDriver(name: ProgramInput['driver']): Promise<typeof import('mongodb')> {
  if (name === 'mongodb') return import('mongodb');
  return (await import('mongodb6')) as unknown as typeof import('mongodb');
}

async function manage(client: MongoClient, findings: Finding[]): Promise<void> {
  const { ConnectionManager } = await import('../../../src/index.ts');
  ConnectionManager.adopt(client, { console: false, onFinding: found => void findings.push(found) });
}

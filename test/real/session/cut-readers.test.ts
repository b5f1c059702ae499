import { isDeepStrictEqual } from 'node:util';
import { MongoClient } from 'mongodb';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { Finding } from '../../../src/index.ts';
import { type Cut, closes, ends, endsOfTransactions } from '../support/cuts/cuts.ts';
import { cutReader, type Stage } from '../support/cuts/cut-reader.ts';
import { plainClientClass } from '../support/cuts/plain-driver.ts';
import { documents, endless, ordinary, type Read, type Source } from '../support/cuts/readers.ts';
import { type Driver, drivers } from '../support/drivers.ts';
import { gate } from '../../support/gate.ts';
import { ownReplicaSet } from '../support/own-server.ts';
import { closeQuietly } from '../support/side.ts';
import { silenceWarnings } from '../support/silent-warnings.ts';

silenceWarnings();
const uri = ownReplicaSet();
const appName = 'cut-readers';
const options = { appName, monitorCommands: true };

let since = { t: 0, i: 0 };
let admin: MongoClient | undefined;

beforeAll(async () => {
  admin = new MongoClient(uri());
  const db = admin.db(appName);
  await db.createCollection('capped', { capped: true, size: 4096 });
  await db.createCollection('watched');
  const { operationTime } = await db.command({ ping: 1 });
  since = { t: operationTime.getHighBitsUnsigned(), i: operationTime.getLowBitsUnsigned() };
  for (const name of ['items', 'capped', 'watched'])
    for (let n = 0; n < documents; n += 1) await db.collection(name).insertOne({ n });
  // What a reader waits for is long enough on its way to be cut off there.
  const slow = { failCommands: ['getMore'], blockConnection: true, blockTimeMS: 30, appName };
  await admin.db('admin').command({ configureFailPoint: 'failCommand', mode: 'alwaysOn', data: slow });
});

afterAll(() => admin?.close());

type Mode = 'alone' | 'observed' | 'protected';

interface Opened {
  readonly client: MongoClient;
  readonly findings: readonly Finding[];
}

async function open(driver: Driver, mode: Mode): Promise<Opened> {
  const opened = opening(driver, mode);
  await opened.client.connect();
  return opened;
}

function opening(driver: Driver, mode: Mode): Opened {
  if (mode === 'alone') {
    const client = new (plainClientClass(driver))(uri(), options);
    onTestFinished(() => closeQuietly(client));
    return { client, findings: [] };
  }
  const findings: Finding[] = [];
  const manager = driver.manage(uri(), options, {
    console: false,
    protect: mode === 'protected',
    onFinding: finding => void findings.push(finding),
  });
  onTestFinished(() => closeQuietly(manager));
  return { client: manager.client, findings };
}

interface Row {
  readonly stage: Stage;
  readonly cuts: Readonly<Record<string, Cut>>;
  readonly readers: Readonly<Record<string, Read>>;
  /** What the driver alone, and a client that is only observed, may answer. */
  readonly alone: readonly string[];
  /** What a protected client may answer. */
  readonly guarded: readonly string[];
  /** Readers that race with the cut on the server: their outcome differs from run to run. */
  readonly races?: readonly string[];
}

const every = { ...ordinary, ...endless };

/** What the driver answers depends on how far its close, or its reader, has come. */
const whateverClosesSay = [
  'MongoClientClosedError',
  'MongoCursorExhaustedError',
  'MongoExpiredSessionError',
  'MongoPoolClosedError',
  'MongoServerError',
];

/** A listener reads ahead: the close finds it anywhere. */
const whateverListenersHear = ['MongoServerError', 'MongoClientClosedError', 'MongoNotConnectedError'];

// `all`: every document was read. `ends early`: the reader has taken a cut for an end.
const table: readonly Row[] = [
  {
    stage: 'between batches',
    cuts: ends,
    readers: every,
    alone: ['MongoExpiredSessionError'],
    guarded: ['late use'],
  },
  {
    stage: 'between batches',
    cuts: endsOfTransactions,
    readers: ordinary,
    alone: ['MongoServerError'],
    guarded: ['transaction over'],
  },
  {
    stage: 'between batches',
    cuts: closes,
    readers: every,
    alone: ['ends early', 'MongoCursorExhaustedError', ...whateverListenersHear],
    guarded: ['all', 'late use', 'closed'],
    races: ['watch: on change'],
  },
  {
    stage: 'waiting',
    cuts: ends,
    readers: ordinary,
    alone: ['MongoExpiredSessionError'],
    guarded: ['all', 'late use'],
  },
  {
    stage: 'waiting',
    cuts: ends,
    readers: endless,
    alone: ['MongoExpiredSessionError'],
    guarded: ['late use'],
  },
  {
    stage: 'waiting',
    cuts: endsOfTransactions,
    readers: ordinary,
    alone: ['all', 'MongoServerError'],
    guarded: ['all', 'transaction over'],
    races: Object.keys(ordinary),
  },
  {
    stage: 'waiting',
    cuts: closes,
    readers: ordinary,
    alone: ['all', 'ends early', ...whateverClosesSay],
    guarded: ['all', 'late use', 'closed', 'closed, without usedAt'],
    races: Object.keys(ordinary),
  },
  {
    stage: 'waiting',
    cuts: closes,
    readers: endless,
    alone: ['all', ...whateverClosesSay],
    guarded: ['late use', 'closed', 'closed, without usedAt'],
    races: Object.keys(endless),
  },
];

interface Case extends Row {
  readonly cut: Cut;
}

function titleOf({ stage, readers }: Row, cut: string): string {
  const kind = readers === every ? 'all' : readers === endless ? 'endless' : 'ordinary';
  return `${cut}, ${kind} readers, ${stage}`;
}

const cases = table.flatMap(row =>
  Object.entries(row.cuts).map(([name, cut]): [string, Case] => [titleOf(row, name), { cut, ...row }]),
);

type Answers = Readonly<Record<string, string>>;

async function answersOf(
  driver: Driver,
  mode: Mode,
  row: Case,
): Promise<{ readonly answers: Answers; readonly findings: readonly Finding[] }> {
  const { client, findings } = await open(driver, mode);
  // Each copy of the driver takes its own numbers only.
  const source: Source = { client, db: appName, since: new driver.lib.Timestamp(since) };
  const readers = Object.entries(row.readers);
  const meet = row.cuts === closes ? meeting(readers.length) : async () => undefined;
  const outcomes = readers.map(async ([name, read]): Promise<[string, string]> => {
    const waitsAfter = name in endless ? documents : 1;
    const { cut, stage } = row;
    return [name, await cutReader({ source, read, cut, stage, waitsAfter, others: meet })];
  });
  return { answers: Object.fromEntries(await Promise.all(outcomes)), findings };
}

/** A client is closed once, under all its readers. */
function meeting(size: number): () => Promise<void> {
  const { open: go, opened } = gate();
  let there = 0;
  return () => {
    there += 1;
    if (there === size) go();
    return opened;
  };
}

/** The answers that are none of those in the table. */
function others(answers: Answers, expected: readonly string[]): Answers {
  return Object.fromEntries(Object.entries(answers).filter(([, answer]) => !expected.includes(answer)));
}

function without(answers: Answers, races: readonly string[] = []): Answers {
  return Object.fromEntries(Object.entries(answers).filter(([name]) => !races.includes(name)));
}

/** Outcomes of readers that differ between an observed client and the driver alone, or that the table does not have. */
async function different(driver: Driver, row: Case): Promise<Readonly<Record<string, unknown>>> {
  const alone = await answersOf(driver, 'alone', row);
  const observed = await answersOf(driver, 'observed', row);
  const strange = { ...others(alone.answers, row.alone), ...others(observed.answers, row.alone) };
  const [ours, theirs] = [observed, alone].map(({ answers }) => without(answers, row.races));
  if (row.cuts !== closes && observed.findings.length === 0) return { ...strange, findings: 'none' };
  return isDeepStrictEqual(ours, theirs) ? strange : { ...strange, ours, theirs };
}

/**
 * The commit and the next fetch leave the client at once, over two connections: which of them a busy server takes first is
 * chance. Both sides are played again until they come to the same.
 */
function isRace({ cut, stage }: Case): boolean {
  return cut === endsOfTransactions['commitTransaction, not awaited'] && stage === 'between batches';
}

describe.each(drivers)('$name', driver => {
  test.each(cases)(
    '%s: a reader that is cut off gets an error, and never an early end',
    async (_title, row) => {
      const { answers, findings } = await answersOf(driver, 'protected', row);
      expect(Object.keys(answers)).toEqual(Object.keys(row.readers));
      expect(others(answers, row.guarded)).toEqual({});
      if (row.cuts !== closes) expect(findings.length).toBeGreaterThan(0);
    },
  );

  test.each(cases)('%s: observing alone changes nothing', async (_title, row) => {
    if (isRace(row)) await expect.poll(() => different(driver, row), { interval: 1 }).toEqual({});
    else expect(await different(driver, row)).toEqual({});
  });
});

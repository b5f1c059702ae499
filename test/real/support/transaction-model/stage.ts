import { randomBytes } from 'node:crypto';
import { type ClientSession, type Collection, MongoClient } from 'mongodb';
import { expect } from 'vitest';
import type { ConnectionManager } from '../../../../src/index.ts';
import type { Driver } from '../drivers.ts';
import { silenceWarnings } from '../silent-warnings.ts';
import { Play } from './play.ts';
import type { CommitFailure, Program, Result } from './program.ts';
import { held, type Row, stored } from './steps.ts';

silenceWarnings();

/** The server gives up a transaction that is older than a minute. */
const holdMS = 20_000;

const failures: Readonly<Record<CommitFailure, object>> = {
  transient: { errorCode: 251, errorLabels: ['TransientTransactionError'] },
  unknown: { errorCode: 64, errorLabels: ['UnknownTransactionCommitResult'] },
  fatal: { errorCode: 20, errorLabels: [] },
};

/** Where the programs of one driver are performed, one after the other. */
export class Stage {
  readonly #driver: Driver;
  readonly #uri: string;
  readonly #keeper: MongoClient;
  readonly #holder: ClientSession;
  readonly #name = `real_${randomBytes(6).toString('hex')}`;
  #heldSince = 0;
  #manager: ConnectionManager | undefined;
  #programs = 0;
  #playing: Promise<unknown> = Promise.resolve();

  private constructor(driver: Driver, uri: string) {
    this.#driver = driver;
    this.#uri = uri;
    this.#keeper = new MongoClient(uri);
    this.#holder = this.#keeper.startSession();
  }

  static async open(driver: Driver, uri: string): Promise<Stage> {
    const stage = new Stage(driver, uri);
    await stage.#rows.insertMany([{ _id: stored }, { _id: held }]);
    return stage;
  }

  play(program: Program): Promise<Result> {
    const playing = this.#play(program);
    this.#playing = playing;
    return playing;
  }

  async #play(program: Program): Promise<Result> {
    this.#manager ??= this.#open();
    const manager = this.#manager;
    await this.#prepare(program);
    this.#programs += 1;
    const prefix = `${this.#programs}: `;
    const rows = manager.client.db(this.#name).collection<Row>('rows');
    const play = new Play({ driver: this.#driver, manager, rows, prefix });
    await play.perform(program);
    await nothingIsOpen(manager, play);
    await this.#nothingIsLeft(program);
    if (isClosing(program)) this.#manager = undefined;
    const transactions = Object.entries(play.transactions).map(([at, tell]) => [at, tell()] as const);
    return {
      stored: await this.#stored(prefix),
      steps: play.steps.outcomes,
      transactions: Object.fromEntries(transactions),
    };
  }

  /** The time may have been up in the middle of a program. */
  async close(): Promise<void> {
    await this.#playing.catch(() => undefined);
    await this.#holder.abortTransaction();
    await this.#holder.endSession();
    await this.#manager?.close();
    await this.#keeper.db(this.#name).dropDatabase();
    await this.#keeper.close();
  }

  get #rows(): Collection<Row> {
    return this.#keeper.db(this.#name).collection<Row>('rows');
  }

  #open(): ConnectionManager {
    return this.#driver.manage(this.#uri, { appName: this.#name }, { console: false });
  }

  async #prepare({ commitFails }: Program): Promise<void> {
    if (performance.now() - this.#heldSince > holdMS || this.#heldSince === 0) await this.#hold();
    const data = { failCommands: ['commitTransaction'], appName: this.#name };
    await this.#keeper.db('admin').command({
      configureFailPoint: 'failCommand',
      ...(commitFails === undefined
        ? { mode: 'off' }
        : { mode: { times: 1 }, data: { ...data, ...failures[commitFails] } }),
    });
  }

  async #hold(): Promise<void> {
    if (this.#holder.inTransaction()) await this.#holder.abortTransaction();
    this.#holder.startTransaction();
    await this.#rows.updateOne({ _id: held }, { $inc: { n: 1 } }, { session: this.#holder });
    this.#heldSince = performance.now();
  }

  /** After a commit that has failed the driver may leave its transaction to the server, which waits for a minute. */
  async #nothingIsLeft({ commitFails }: Program): Promise<void> {
    if (commitFails !== undefined) {
      const left = await this.#openOnServer();
      if (left.length > 0) await this.#keeper.db('admin').command({ killSessions: left });
    }
    await expect.poll(() => this.#openOnServer(), { interval: 5 }).toEqual([]);
  }

  /** The sessions of the programs whose transactions the server has. */
  async #openOnServer(): Promise<unknown[]> {
    const ofPrograms = { appName: this.#name, transaction: { $exists: true } };
    const pipeline = [{ $currentOp: { idleSessions: true } }, { $match: ofPrograms }];
    const operations = await this.#keeper.db('admin').aggregate(pipeline).toArray();
    return operations.map(({ lsid }) => ({ id: lsid.id }));
  }

  async #stored(prefix: string): Promise<string[]> {
    const rows = await this.#rows.find({ _id: { $regex: `^${prefix}` } }).toArray();
    await this.#rows.deleteMany({ _id: { $regex: `^${prefix}` } });
    return rows.map(({ _id: id }) => id.slice(prefix.length)).toSorted();
  }
}

function isClosing({ lanes }: Program): boolean {
  return lanes
    .flat()
    .some(txn => 'attempts' in txn && txn.attempts.some(({ ending }) => ending === 'closes'));
}

/** A call that was stopped goes on for a moment after it has been rejected. */
async function nothingIsOpen(manager: ConnectionManager, play: Play): Promise<void> {
  const open = () => {
    const { sessionsOpen, operationsInFlight, callbacksRunning } = manager.stats();
    return { sessionsOpen, operationsInFlight, callbacksRunning, running: play.running };
  };
  const none = { sessionsOpen: 0, operationsInFlight: 0, callbacksRunning: 0, running: 0 };
  await expect.poll(open, { interval: 2 }).toEqual(none);
}

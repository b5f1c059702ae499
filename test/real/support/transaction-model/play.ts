import { once } from 'node:events';
import type { ClientSession, Collection } from 'mongodb';
import { liveOf } from '../../../../src/guard/driver/session/attach.ts';
import type { TransactionRecord } from '../../../../src/guard/events/record.ts';
import type { TransactionRun } from '../../../../src/guard/runtime/transaction/transaction-run.ts';
import { asDriverSession } from '../../../../src/guard/manager/client/driver-views.ts';
import type { ConnectionManager } from '../../../../src/index.ts';
import type { Driver } from '../drivers.ts';
import { outcomeName, Thrown, transientMessage } from './outcome-name.ts';
import type { HandTxn, Program, RunnerTxn, Script, Txn, TxnResult } from './program.ts';
import { type Row, Steps } from './steps.ts';

/** Where a program is performed. */
export interface Scene {
  readonly driver: Driver;
  readonly manager: ConnectionManager;
  readonly rows: Collection<Row>;
  readonly prefix: string;
}

/** What is seen of one call of a transaction runner. */
class Seen {
  ran = 0;
  readonly after: string[] = [];
  #record: TransactionRecord | undefined;
  #run: TransactionRun | undefined;

  look(session: ClientSession): void {
    const live = liveOf(asDriverSession(session));
    this.#record = live?.record.transaction;
    this.#run = live?.run;
  }

  get phases(): Pick<TxnResult, 'phase' | 'runPhase'> {
    return { phase: this.#record?.phase, runPhase: this.#run?.phase };
  }
}

/** Performs one program. */
export class Play {
  readonly steps: Steps;
  /** To be asked when nothing runs any more. */
  readonly transactions: Record<string, () => TxnResult> = {};
  readonly #scene: Scene;
  readonly #withAfter: Seen[] = [];
  readonly #ends: Promise<void>[] = [];

  constructor(scene: Scene) {
    this.#scene = scene;
    const { manager, rows, prefix } = scene;
    const runOwn = (at: string, script: Script) =>
      this.#withTxn(at, { as: 'withTxn', attempts: [script], maxAttempts: 1 }, 'new');
    this.steps = new Steps({ manager, rows, prefix, runOwn });
  }

  /** How many calls are not over: each runs one of its callbacks then, also one that was stopped long before. */
  get running(): number {
    return this.#withAfter.filter(({ ran, after }) => ran > 0 && after.length === 0).length;
  }

  async perform({ lanes }: Program): Promise<void> {
    await Promise.all(lanes.map((lane, index) => this.#perform(lane, `${index}`)));
    await this.steps.settled();
  }

  async #perform(lane: readonly Txn[], at: string): Promise<void> {
    let session: ClientSession | undefined;
    const own = () => {
      if (session === undefined || session.hasEnded) session = this.#scene.manager.client.startSession();
      return session;
    };
    for (const [number, txn] of lane.entries()) {
      const place = `${at}.${number}`;
      if (txn.as === 'by hand') await this.#byHand(place, txn, own());
      else if (txn.as === 'timed') await this.#timed(place);
      else if (txn.as === 'withTxn') await this.#withTxn(place, txn).catch(() => undefined);
      else await this.#withTransaction(place, txn, own());
    }
    await Promise.all(this.#ends);
    await session?.endSession();
  }

  async #byHand(at: string, { steps, ending }: HandTxn, session: ClientSession): Promise<void> {
    session.startTransaction();
    const seen = new Seen();
    const live = liveOf(asDriverSession(session));
    const look = () => seen.look(session);
    // One that waits for the transaction before it has no record yet.
    if (live?.starts?.last === undefined) look();
    else void live.starts.last.then(look, look);
    await this.steps.performCaught(session, steps, at);
    const end = endByHand(session, ending).then(
      () => this.#note(at, undefined, () => seen.phases),
      (error: unknown) => this.#note(at, error, () => seen.phases),
    );
    if (ending === 'commit later') this.#ends.push(end);
    else await end;
  }

  #note(at: string, error: unknown, more: () => Omit<TxnResult, 'outcome'>): void {
    const outcome = error === undefined ? 'done' : outcomeName(error);
    this.transactions[at] = () => ({ outcome, ...more() });
  }

  async #withTransaction(at: string, txn: RunnerTxn, session: ClientSession): Promise<void> {
    const seen = new Seen();
    const tell = () => ({ ran: seen.ran, ...seen.phases });
    try {
      await session.withTransaction(() => this.#attempt(at, txn, seen, session));
      this.#note(at, undefined, tell);
    } catch (error) {
      this.#note(at, error, tell);
    }
  }

  async #withTxn(at: string, txn: RunnerTxn, nested: 'join' | 'new' = 'join'): Promise<void> {
    const seen = new Seen();
    this.#withAfter.push(seen);
    const tell = () => ({ ran: seen.ran, ...seen.phases, after: seen.after });
    const stop = new AbortController();
    try {
      await this.#scene.manager.withTxn(
        (session, handle) => {
          handle.afterCommit(() => seen.after.push('commit'));
          handle.afterAbort(() => seen.after.push('abort'));
          return this.#attempt(at, txn, seen, session, stop);
        },
        { nested, maxAttempts: txn.maxAttempts, signal: stop.signal },
      );
      this.#note(at, undefined, tell);
    } catch (error) {
      this.#note(at, error, tell);
      throw error;
    }
  }

  async #attempt(
    at: string,
    { attempts }: RunnerTxn,
    seen: Seen,
    session: ClientSession,
    stop?: AbortController,
  ): Promise<void> {
    seen.ran += 1;
    seen.look(session);
    const { steps, ending }: Script = attempts[seen.ran - 1] ?? { steps: [], ending: 'returns' };
    await this.steps.perform(session, steps, `${at}.${seen.ran}`);
    if (ending === 'throws') throw new Thrown('mine');
    if (ending === 'throws transient') throw this.#transient();
    if (ending === 'stops') stop?.abort(new Thrown('stopped'));
    if (ending === 'closes') await this.#scene.manager.close({ graceMS: 0 });
  }

  #transient(): Error {
    return new this.#scene.driver.lib.MongoServerError({
      message: transientMessage,
      errorLabels: ['TransientTransactionError'],
    });
  }

  /** The time may be up before the callback has run at all. */
  async #timed(at: string): Promise<void> {
    const { manager, rows, prefix } = this.#scene;
    try {
      await manager.withTxn(
        async (session, { signal }) => {
          await rows.insertOne({ _id: `${prefix}${at}` }, { session });
          if (!signal.aborted) await once(signal, 'abort');
        },
        { timeoutMS: 15 },
      );
      this.#note(at, undefined, () => ({}));
    } catch (error) {
      this.#note(at, error, () => ({}));
    }
  }
}

async function endByHand(session: ClientSession, ending: HandTxn['ending']): Promise<void> {
  if (ending === 'abort') return session.abortTransaction();
  if (ending === 'end') return session.endSession();
  try {
    await session.commitTransaction();
  } catch (error) {
    // As such programs do, whatever becomes of it.
    await session.abortTransaction().catch(() => undefined);
    throw error;
  }
}

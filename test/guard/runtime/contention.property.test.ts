import {
  array,
  assert,
  asyncProperty,
  boolean,
  constantFrom,
  option,
  record,
  type Scheduler,
  scheduler,
} from '../../support/properties.ts';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { newOperation } from '../../../src/guard/events/operation.ts';
import { openRecord } from '../../../src/guard/events/reducer.ts';
import { Contention } from '../../../src/guard/runtime/contention/contention.ts';
import { TransactionRun } from '../../../src/guard/runtime/transaction/transaction-run.ts';
import { clock } from '../../../src/platform/time/clock.ts';
import { parseTrace } from '../../../src/testing/index.ts';
import { timers } from '../../support/held-timers.ts';
import { playOut, step } from '../../support/play-out.ts';

vi.mock('../../../src/platform/time/clock.ts', async original => ({
  ...(await original<object>()),
  ...(await import('../../support/held-timers.ts')).heldTimers,
}));

const namespace = 'shop.items';
let now = 0;

beforeEach(() => {
  timers.clear();
  vi.spyOn(clock, 'now').mockImplementation(() => now);
});
afterEach(() => void vi.restoreAllMocks());

const document = constantFrom('a', 'b', 'c');
/** One attempt: the document of its first operation, and those that it conflicts at; without conflicts it is the last one. */
const attempt = record({
  first: option(document, { nil: undefined }),
  meets: array(document, { maxLength: 2 }),
});
const call = record({ attempts: array(attempt, { minLength: 1, maxLength: 4 }), isStopped: boolean() });
const calls = array(call, { minLength: 2, maxLength: 6 });
type Call = { readonly attempts: readonly Attempt[]; readonly isStopped: boolean };
type Attempt = { readonly first: string | undefined; readonly meets: readonly string[] };

function unchanged(error: unknown): unknown {
  return error;
}

function runOf(signal: AbortSignal): TransactionRun {
  const [start] = parseTrace('start');
  if (start?.type !== 'session.started') throw new Error('A trace begins with start.');
  const session = openRecord(start);
  const control = {
    signal,
    rejection: unchanged,
    answer: unchanged,
    beforeStart() {},
    beforeCommit() {},
    commitAnswered() {},
  };
  const run = new TransactionRun(session, { ...new TransactionRun(session).wanted, name: 'order', control });
  const operation = newOperation({ command: 'withTransaction', kind: 'runner', inTransaction: false });
  run.advance({ type: 'begun', operation });
  return run;
}

/** Calls of one name, and which documents each of them has for itself. */
class Game {
  readonly contention = new Contention();
  readonly #s: Scheduler;
  /** The documents that some calls have met at. */
  readonly #known = new Set<string>();
  readonly #held = new Map<string, TransactionRun>();

  constructor(s: Scheduler) {
    this.#s = s;
  }

  async play({ attempts, isStopped }: Call, number: number): Promise<void> {
    const controller = new AbortController();
    const stop = async () => {
      await step(this.#s, `stop ${number}`);
      controller.abort();
    };
    if (isStopped) void stop();
    const run = runOf(controller.signal);
    const own = new Set<string>();
    for (const one of attempts) {
      await step(this.#s, `call ${number}`);
      if (!(await this.#attempt(run, one, own))) break;
      this.contention.attemptOver(run);
    }
    this.contention.leave(run);
  }

  /** @returns whether the call tries again */
  async #attempt(run: TransactionRun, { first, meets }: Attempt, own: Set<string>): Promise<boolean> {
    const { contention } = this;
    const { signal } = run.wanted.control ?? {};
    const isCounted = !contention.isQuiet;
    await contention.enter(run);
    const held = signal?.aborted === true || !isCounted ? [] : [...own];
    if (first !== undefined) {
      const turns = this.#known.has(first) && isCounted && own.size === 0;
      await contention.enterFirst(run, [first]);
      if (turns && signal?.aborted !== true) held.push(first);
    }
    for (const key of held) {
      expect(this.#held.has(key)).toBe(false);
      this.#held.set(key, run);
    }
    await step(this.#s, 'work');
    for (const key of held) this.#held.delete(key);
    if (meets.length === 0 || signal?.aborted === true) return false;
    contention.conflicted(run, namespace, meets);
    for (const key of meets) {
      own.add(key);
      this.#known.add(key);
    }
    return true;
  }
}

test('Transactions that have met at a document have it one after another, no two wait for each other, and all come to their end.', async () => {
  await assert(
    asyncProperty(scheduler(), calls, async (s, all) => {
      const game = new Game(s);
      await playOut(s, Promise.all(all.map((one, number) => game.play(one, number))));
      expect(timers.size).toBe(0);
      // Nothing is left that others would have to wait for.
      now += 10_000;
      expect(game.contention.enter(runOf(new AbortController().signal))).toBeUndefined();
      expect(game.contention.isQuiet).toBe(true);
    }),
    { numRuns: 300 },
  );
});

import { getEventListeners } from 'node:events';
import {
  array,
  assert,
  asyncProperty,
  boolean,
  constantFrom,
  type Scheduler,
  scheduler,
} from '../../support/properties.ts';
import { expect, test, vi } from 'vitest';
import { abortable, Deadline, within } from '../../../src/platform/time/timed-calls.ts';
import { timers } from '../../support/held-timers.ts';
import { playOut, step } from '../../support/play-out.ts';

vi.mock('../../../src/platform/time/clock.ts', async original => ({
  ...(await original<object>()),
  ...(await import('../../support/held-timers.ts')).heldTimers,
}));

const numRuns = 300;
const calls = array(constantFrom('answers', 'fails', 'never'), { minLength: 1, maxLength: 6 });
type Kind = 'answers' | 'fails' | 'never';

const late = () => new Error('too late');
const failed = (error: unknown) => new Error('failed', { cause: error });

function isKeptAlive(): boolean {
  return [...timers].some(({ isRef }) => isRef);
}

/** Calls with one deadline, and what must become of them. */
class Calls {
  readonly deadline = new Deadline(1000);
  readonly outcomes: string[] = [];
  readonly expected: string[] = [];
  readonly #s: Scheduler;
  readonly #timer = [...timers].at(-1);
  #isOver = false;
  #waiting = 0;

  constructor(s: Scheduler) {
    this.#s = s;
  }

  async call(kind: Kind, number: number): Promise<void> {
    await step(this.#s, `call ${number}`);
    // A call that begins after its deadline has nothing that would end its wait: `Deadlines` gives it the next one.
    if (this.#isOver) return;
    this.#waiting += 1;
    const settled = within(this.deadline, this.#answer(kind, number), { late, failed });
    expect(isKeptAlive()).toBe(true);
    try {
      this.outcomes.push(await settled);
    } catch (error) {
      this.outcomes.push(String(error));
    }
    expect(isKeptAlive()).toBe(this.#waiting > 0);
  }

  async #answer(kind: Kind, number: number): Promise<string> {
    await (kind === 'never' ? new Promise(() => {}) : step(this.#s, `answer ${number}`));
    if (!this.#isOver) {
      this.expected.push(kind === 'fails' ? 'Error: failed' : 'the answer');
      this.#waiting -= 1;
    }
    if (kind === 'fails') throw new Error('no');
    return 'the answer';
  }

  async end(isDismissed: boolean): Promise<void> {
    await step(this.#s, 'the deadline');
    this.#isOver = true;
    this.expected.push(...Array.from({ length: this.#waiting }, () => 'Error: too late'));
    expect(this.deadline.signal.aborted).toBe(false);
    if (isDismissed) this.deadline.dismiss();
    // A deadline that calls wait for is not dismissed.
    const isGone = isDismissed && this.#waiting === 0;
    this.#waiting = 0;
    this.#timer?.fire();
    expect(this.deadline.signal.aborted).toBe(!isGone);
  }
}

test('A call is answered before its deadline or is late, once; the process is kept alive for calls that wait, and for no others.', async () => {
  await assert(
    asyncProperty(scheduler(), calls, boolean(), async (s, kinds, isDismissed) => {
      timers.clear();
      const all = new Calls(s);
      const called = kinds.map((kind, number) => all.call(kind, number));
      await playOut(s, Promise.all([...called, all.end(isDismissed)]));
      expect(all.outcomes.toSorted()).toEqual(all.expected.toSorted());
      expect(timers.size).toBe(0);
    }),
    { numRuns },
  );
});

test('An answer comes or the caller aborts, whichever is first; nothing listens to the signal afterwards.', async () => {
  await assert(
    asyncProperty(scheduler(), boolean(), async (s, fails) => {
      const controller = new AbortController();
      const happened: string[] = [];
      const reason = new Error('enough');
      const answer = async () => {
        await step(s, 'answer');
        happened.push('answered');
        if (fails) throw new Error('no');
        return 'the answer';
      };
      const stop = async () => {
        await step(s, 'abort');
        happened.push('aborted');
        controller.abort(reason);
      };
      const [work, stopped] = [answer(), stop()];
      const [outcome] = await playOut(s, Promise.allSettled([abortable(work, controller.signal)]));
      expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0);
      if (happened[0] === 'aborted') expect(outcome).toEqual({ status: 'rejected', reason });
      else if (fails) expect(outcome).toMatchObject({ reason: { message: 'no' } });
      else expect(outcome).toEqual({ status: 'fulfilled', value: 'the answer' });
      await playOut(s, Promise.allSettled([work, stopped]));
    }),
    { numRuns: 50 },
  );
});

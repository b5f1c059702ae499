import {
  array,
  assert,
  asyncProperty,
  boolean,
  constantFrom,
  record,
  type Scheduler,
  scheduler,
} from '../support/properties.ts';
import { expect, test } from 'vitest';
import { KeyedMutex } from '../../src/platform/keyed-mutex.ts';
import { Mutex, ObjectMutex } from '../../src/platform/mutex.ts';
import { playOut, step } from '../support/play-out.ts';

const numRuns = 300;

/** One call: what it is about, whether it is stopped at some time, whether its work fails. */
interface Call {
  readonly key: 'a' | 'b';
  readonly isStopped: boolean;
  readonly fails: boolean;
}
const call = record<Call>({ key: constantFrom('a', 'b'), isStopped: boolean(), fails: boolean() });
const calls = array(call, { minLength: 1, maxLength: 8 });

/** What happened, by the number of the call. */
class Diary {
  readonly asked: number[] = [];
  readonly served: number[] = [];
  readonly stopped: number[] = [];
  #inside: number | undefined;

  enter(number: number): void {
    expect(this.#inside).toBeUndefined();
    this.#inside = number;
    this.served.push(number);
  }

  leave(): void {
    this.#inside = undefined;
  }

  /** All were served in the order in which they had asked, but those that were stopped. */
  close(): void {
    expect(this.served).toEqual(this.asked.filter(number => !this.stopped.includes(number)));
  }
}

/** A signal that the scheduler aborts, before or while or after its call waits. */
function signalOf(s: Scheduler, number: number, { isStopped }: Call): AbortSignal {
  const controller = new AbortController();
  const stop = async () => {
    await step(s, `stop ${number}`);
    controller.abort(number);
  };
  if (isStopped) void stop();
  return controller.signal;
}

/** A turn, or undefined for a call that was stopped while it waited. */
async function turnOf<T>(diary: Diary, number: number, turn: Promise<T>): Promise<T | undefined> {
  diary.asked.push(number);
  try {
    return await turn;
  } catch (reason) {
    expect(reason).toBe(number);
    diary.stopped.push(number);
    return undefined;
  }
}

test('A mutex serves one at a time, first come first served; a stopped call leaves the queue, and no other is left behind.', async () => {
  await assert(
    asyncProperty(scheduler(), calls, async (s, all) => {
      const mutex = new Mutex();
      const diary = new Diary();
      const one = async (what: Call, number: number) => {
        const signal = signalOf(s, number, what);
        await step(s, `call ${number}`);
        const entered = (mutex.enter(signal) ?? Promise.resolve()).then(() => true);
        if ((await turnOf(diary, number, entered)) === undefined) return;
        diary.enter(number);
        await step(s, `work ${number}`);
        expect(mutex.isTaken).toBe(true);
        diary.leave();
        mutex.leave();
      };
      await playOut(s, Promise.all(all.map(one)));
      diary.close();
      expect(mutex.isTaken).toBe(false);
    }),
    { numRuns },
  );
});

test('A keyed mutex does so for each key, knows its holder, and forgets a key that nobody wants.', async () => {
  await assert(
    asyncProperty(scheduler(), calls, async (s, all) => {
      const mutex = new KeyedMutex();
      const diaries = { a: new Diary(), b: new Diary() };
      const one = async (what: Call, number: number) => {
        const { key, fails } = what;
        const signal = signalOf(s, number, what);
        const member = { number };
        await step(s, `call ${number}`);
        const end = await turnOf(diaries[key], number, mutex.take(key, member, signal));
        if (end === undefined) return;
        diaries[key].enter(number);
        await step(s, `work ${number}`);
        expect(mutex.holderOf(key)).toBe(member);
        diaries[key].leave();
        end();
        // The turn of the next one is not ended by a second call.
        if (fails) end();
      };
      await playOut(s, Promise.all(all.map(one)));
      for (const key of ['a', 'b'] as const) {
        diaries[key].close();
        expect(mutex.holderOf(key)).toBeUndefined();
      }
    }),
    { numRuns },
  );
});

test('The work for one object is done one after another, also after work that failed; other objects do not wait.', async () => {
  await assert(
    asyncProperty(scheduler(), calls, async (s, all) => {
      const mutex = new ObjectMutex();
      const objects = { a: {}, b: {} };
      const diaries = { a: new Diary(), b: new Diary() };
      const one = async ({ key, fails }: Call, number: number) => {
        await step(s, `call ${number}`);
        diaries[key].asked.push(number);
        const isFree = !mutex.isTaken(objects[key]);
        const work = mutex.run(objects[key], async () => {
          diaries[key].enter(number);
          await step(s, `work ${number}`);
          diaries[key].leave();
          if (fails) throw new Error('the work failed');
          return number;
        });
        expect(diaries[key].served.at(-1) === number).toBe(isFree);
        await (fails ? expect(work).rejects.toThrow('the work failed') : expect(work).resolves.toBe(number));
      };
      await playOut(s, Promise.all(all.map(one)));
      for (const key of ['a', 'b'] as const) {
        diaries[key].close();
        expect(mutex.isTaken(objects[key])).toBe(false);
      }
    }),
    { numRuns },
  );
});

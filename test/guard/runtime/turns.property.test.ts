import {
  array,
  assert,
  asyncProperty,
  boolean,
  integer,
  record,
  scheduler,
} from '../../support/properties.ts';
import { expect, test, vi } from 'vitest';
import { Turns } from '../../../src/guard/runtime/contention/turns.ts';
import { timers } from '../../support/held-timers.ts';
import { playOut, step } from '../../support/play-out.ts';

vi.mock('../../../src/platform/time/clock.ts', async original => ({
  ...(await original<object>()),
  ...(await import('../../support/held-timers.ts')).heldTimers,
}));

const numRuns = 300;

/** One member: when its call began, before or after those of others; whether it is stopped, whether it loses its patience. */
const call = record({ order: integer({ min: 0, max: 9 }), isStopped: boolean(), isImpatient: boolean() });
const calls = array(call, { minLength: 1, maxLength: 8 });
const limits = integer({ min: 1, max: 3 });

/** No two calls have begun at once. */
function orderOf(order: number, number: number): number {
  return 10 * order + number;
}

interface Member {
  readonly number: number;
  readonly order: number;
}

test('As many members as the limit allows have a turn; the others follow in order, a stopped one leaves the queue, and none is forgotten.', async () => {
  await assert(
    asyncProperty(scheduler(), calls, limits, async (s, all, limit) => {
      timers.clear();
      const turns = new Turns<Member>(() => limit);
      /** Those that wait, in the order of their calls. */
      const waiting: Member[] = [];
      const one = async ({ order, isStopped }: (typeof all)[number], number: number) => {
        const member: Member = { number, order: orderOf(order, number) };
        const controller = new AbortController();
        const { signal } = controller;
        const stop = async () => {
          await step(s, `stop ${number}`);
          if (waiting.includes(member)) waiting.splice(waiting.indexOf(member), 1);
          controller.abort();
        };
        if (isStopped) void stop();
        await step(s, `call ${number}`);
        if (!turns.enter(member)) {
          expect(turns.size).toBe(limit);
          if (!signal.aborted) waiting.push(member);
          const hasCome = await turns.wait(member, member.order, signal, 5000);
          expect(hasCome || signal.aborted).toBe(true);
          if (!hasCome) return;
          // Nobody waits whose call began before.
          const next = waiting.toSorted((a, b) => a.order - b.order);
          expect(next[0]).toBe(member);
          waiting.splice(waiting.indexOf(member), 1);
        }
        expect(turns.size).toBeLessThanOrEqual(limit);
        // Its own turn is not taken twice.
        expect(turns.enter(member)).toBe(true);
        await step(s, `work ${number}`);
        turns.leave(member);
      };
      await playOut(s, Promise.all(all.map(one)));
      expect(turns.isUsed).toBe(false);
      expect(timers.size).toBe(0);
    }),
    { numRuns },
  );
});

test('A member that has waited for too long takes the turn of the member that has had its turn for longest, which may never leave.', async () => {
  await assert(
    asyncProperty(scheduler(), calls, limits, async (s, all, limit) => {
      timers.clear();
      const turns = new Turns<Member>(() => limit);
      let left = all.length;
      const one = async (
        { order, isStopped: staysForEver, isImpatient }: (typeof all)[number],
        number: number,
      ) => {
        const member: Member = { number, order: orderOf(order, number) };
        await step(s, `call ${number}`);
        if (!turns.enter(member)) {
          const before = timers.size;
          const turn = turns.wait(member, member.order, undefined, 5000);
          expect(timers.size).toBe(before + 1);
          const timer = [...timers].at(-1);
          if (isImpatient) void step(s, `patience ${number}`).then(() => timer?.fire());
          await turn;
        }
        expect(turns.size).toBeLessThanOrEqual(limit);
        await step(s, `work ${number}`);
        left -= 1;
        if (!staysForEver) turns.leave(member);
      };
      // Who waits for one that never leaves, waits until its patience ends.
      const patience = async () => {
        for (;;) {
          await step(s, 'a look at the clock');
          if (turns.areWaiting) [...timers][0]?.fire();
          else if (left === 0) return;
        }
      };
      await playOut(s, Promise.all([...all.map(one), patience()]));
      expect(turns.areWaiting).toBe(false);
      expect(timers.size).toBe(0);
    }),
    { numRuns: 100 },
  );
});

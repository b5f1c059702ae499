import {
  array,
  assert,
  asyncProperty,
  boolean,
  constantFrom,
  integer,
  record,
  type Scheduler,
  scheduler,
} from '../../support/properties.ts';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { EventPipeline } from '../../../src/guard/events/event-pipeline.ts';
import type { Operation, OperationKind, SessionGuardEvent } from '../../../src/guard/events/events.ts';
import { newOperation } from '../../../src/guard/events/operation.ts';
import { World } from '../../../src/guard/events/world.ts';
import { Reporter } from '../../../src/guard/findings/reporter.ts';
import { configureRules } from '../../../src/guard/rules/engine/configure.ts';
import { ClientGuard, observing } from '../../../src/guard/runtime/client/client-guard.ts';
import { type Drained, drain } from '../../../src/guard/runtime/session/drain.ts';
import { LiveSession, requested } from '../../../src/guard/runtime/session/live-session.ts';
import { clock } from '../../../src/platform/time/clock.ts';
import { timers } from '../../support/held-timers.ts';
import { playOut, step } from '../../support/play-out.ts';

vi.mock('../../../src/platform/time/clock.ts', async original => ({
  ...(await original<object>()),
  ...(await import('../../support/held-timers.ts')).heldTimers,
}));

beforeEach(() => {
  timers.clear();
  vi.spyOn(clock, 'now').mockReturnValue(1);
});
afterEach(() => void vi.restoreAllMocks());

/** An operation: after it as many others are begun by the code that has awaited it. */
interface What {
  readonly kind: OperationKind;
  readonly fails: boolean;
  readonly more: number;
  readonly isExcepted: boolean;
}
const kinds = constantFrom<OperationKind>('write', 'write', 'read', 'killCursors', 'batch', 'tail');
const operation = record<What>({
  kind: kinds,
  fails: boolean(),
  more: integer({ min: 0, max: 2 }),
  isExcepted: boolean(),
});
const operations = array(operation, { maxLength: 6 });

/** A session with operations in flight. */
class Stage {
  readonly live: LiveSession;
  readonly events: SessionGuardEvent[] = [];
  readonly excepted: Operation[] = [];
  /** The errors that a drain may give back, in the order of their answers. */
  readonly errors: unknown[] = [];
  /** How many have their answer and have not yet called what comes next. */
  goingOn = 0;
  readonly #s: Scheduler;

  constructor(s: Scheduler) {
    this.#s = s;
    const pipeline = new EventPipeline(new World(), error => {
      throw error;
    });
    pipeline.addSink(event => this.events.push(event));
    const reporter = new Reporter({ deliver() {}, isAllowed: () => false });
    const settings = { ...observing, protect: true };
    const guard = new ClientGuard(1, pipeline, reporter, configureRules([]), settings);
    this.live = new LiveSession(guard.open({ type: 'session.started', session: 1, by: 'user' }), guard);
  }

  async run({ kind, fails, more, isExcepted }: What, isFirst = true): Promise<void> {
    const { live } = this;
    const begun = newOperation({ command: 'find', kind, inTransaction: false });
    live.guard.publish(requested(live, begun, false, false), live.record);
    if (isExcepted && isFirst) this.excepted.push(begun);
    await step(this.#s, `answer ${begun.id}`);
    const error = new Error('no');
    if (fails && kind !== 'killCursors' && kind !== 'batch') this.errors.push(error);
    if (fails) live.failed(begun, error);
    else live.succeeded(begun);
    await this.#goOn();
    const rest = { kind, fails, isExcepted, more: 0 };
    await Promise.all(Array.from({ length: more }, () => this.run(rest, false)));
  }

  /** The code that has awaited an operation calls others after a few awaits of its own. */
  async #goOn(): Promise<void> {
    this.goingOn += 1;
    for (let awaits = 0; awaits < 5; awaits += 1) await Promise.resolve();
    this.goingOn -= 1;
  }

  /** What is in flight and waited for. */
  open(): readonly Operation[] {
    return this.live.undrained(this.excepted);
  }
}

async function drained(s: Scheduler, stage: Stage): Promise<Drained> {
  await step(s, 'drain');
  const isIdle = stage.open().length === 0;
  const before = stage.errors.length;
  const result = await drain(stage.live, ...stage.excepted);
  if (!isIdle) expect(stage.open()).toEqual(result.stuck);
  if (!isIdle && result.stuck.length === 0) expect(stage.goingOn).toBe(0);
  expect(result.failure?.error).toBe(isIdle ? undefined : stage.errors[before]);
  return result;
}

test('A drain ends when nothing is in flight and the code that has awaited it begins nothing more; it knows the first failure.', async () => {
  await assert(
    asyncProperty(scheduler(), operations, async (s, all) => {
      const stage = new Stage(s);
      const running = all.map(one => stage.run(one));
      const { stuck } = await playOut(s, drained(s, stage));
      expect(stuck).toEqual([]);
      expect(stage.events.some(({ type }) => type === 'drain.exceeded')).toBe(false);
      expect(timers.size).toBe(0);
      await playOut(s, Promise.all(running));
    }),
    { numRuns: 300 },
  );
});

test('Drains at once do not wait for each other, and none is left behind.', async () => {
  await assert(
    asyncProperty(scheduler(), operations, async (s, all) => {
      const stage = new Stage(s);
      const running = all.map(one => stage.run(one));
      await playOut(s, Promise.all([drained(s, stage), drained(s, stage), ...running]));
      expect(timers.size).toBe(0);
    }),
    { numRuns: 100 },
  );
});

test('At its limit a drain gives up on what still runs, and says so once.', async () => {
  await assert(
    asyncProperty(scheduler(), operations, async (s, all) => {
      timers.clear();
      const stage = new Stage(s);
      const running = all.map(one => stage.run(one));
      let stillRan: readonly Operation[] = [];
      const limit = async () => {
        await step(s, 'limit');
        const [timer] = timers;
        if (timer === undefined) return;
        stillRan = stage.open();
        timer.fire();
      };
      const [{ stuck }] = await playOut(s, Promise.all([drained(s, stage), limit()]));
      expect(stuck).toEqual(stillRan);
      const exceeded = stage.events.filter(event => event.type === 'drain.exceeded');
      expect(exceeded.map(event => event.pending)).toEqual(stuck.length === 0 ? [] : [stuck]);
      await playOut(s, Promise.all(running));
    }),
    { numRuns: 200 },
  );
});

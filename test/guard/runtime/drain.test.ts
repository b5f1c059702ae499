import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { EventPipeline } from '../../../src/guard/events/event-pipeline.ts';
import type { Operation, OperationKind, SessionGuardEvent } from '../../../src/guard/events/events.ts';
import { newOperation } from '../../../src/guard/events/operation.ts';
import { World } from '../../../src/guard/events/world.ts';
import { Reporter } from '../../../src/guard/findings/reporter.ts';
import { configureRules } from '../../../src/guard/rules/engine/configure.ts';
import { ClientGuard, observing } from '../../../src/guard/runtime/client/client-guard.ts';
import { drain, drainFollowed } from '../../../src/guard/runtime/session/drain.ts';
import { LiveSession, requested } from '../../../src/guard/runtime/session/live-session.ts';
import type { FollowingTrack, RunEvent } from '../../../src/guard/runtime/transaction/run-events.ts';
import { clock } from '../../../src/platform/time/clock.ts';
import { timers } from '../../support/held-timers.ts';

vi.mock('../../../src/platform/time/clock.ts', async original => ({
  ...(await original<object>()),
  ...(await import('../../support/held-timers.ts')).heldTimers,
}));

let now = 0;

beforeEach(() => {
  timers.clear();
  now = 500;
  vi.spyOn(clock, 'now').mockImplementation(() => now);
});
afterEach(() => void vi.restoreAllMocks());

/** A session with a limit of 100 ms, and what is published of its drains. */
function newStage() {
  const exceeded: SessionGuardEvent[] = [];
  const pipeline = new EventPipeline(new World(), error => {
    throw error;
  });
  pipeline.addSink(event => {
    if (event.type === 'drain.exceeded') exceeded.push(event);
  });
  const reporter = new Reporter({ deliver() {}, isAllowed: () => false });
  const settings = { ...observing, drainTimeoutMS: 100 };
  const guard = new ClientGuard(1, pipeline, reporter, configureRules([]), settings);
  const live = new LiveSession(guard.open({ type: 'session.started', session: 1, by: 'user' }), guard);
  const begin = (kind: OperationKind = 'write'): Operation => {
    const operation = newOperation({ command: 'insert', kind, inTransaction: false });
    guard.publish(requested(live, operation, false, false), live.record);
    return operation;
  };
  return { live, begin, exceeded };
}

function nextMacrotask(): Promise<void> {
  return new Promise(resolve => setImmediate(resolve));
}

const limits = () => [...timers].map(({ afterMS }) => afterMS);

test('The time that a drain has waited for one operation it does not wait for the next.', async () => {
  const { live, begin, exceeded } = newStage();
  const [first, second] = [begin(), begin()];
  const drained = drain(live);
  expect(limits()).toEqual([100]);
  now = 560;
  live.succeeded(first);
  await nextMacrotask();
  expect(limits()).toEqual([40]);
  now = 600;
  [...timers][0]?.fire();
  expect(await drained).toEqual({ failure: undefined, stuck: [second] });
  expect(exceeded).toMatchObject([{ session: 1, pending: [second], afterMS: 100 }]);
});

test.each([100, 101])('After %i of 100 ms it waits for nothing more.', async waitedMS => {
  const { live, begin, exceeded } = newStage();
  const [first, second] = [begin(), begin()];
  const drained = drain(live);
  now += waitedMS;
  live.succeeded(first);
  expect((await drained).stuck).toEqual([second]);
  expect(exceeded).toHaveLength(1);
  expect(limits()).toEqual([]);
});

test('Nothing is reported of a call that was stopped, whose server may not answer: nobody has forgotten to await.', async () => {
  const { live, begin, exceeded } = newStage();
  const stuck = begin();
  live.run.advance({ type: 'cut off' });
  const drained = drain(live);
  [...timers][0]?.fire();
  expect((await drained).stuck).toEqual([stuck]);
  expect(exceeded).toEqual([]);
});

test('A drain without anything in flight settles at once, and one that is over does not listen any more.', async () => {
  const { live, begin } = newStage();
  expect(await drain(live)).toEqual({ stuck: [] });
  const operation = begin();
  const watch = vi.spyOn(live, 'watch');
  const drained = drain(live, operation);
  expect(await drained).toEqual({ stuck: [] });
  expect(watch).not.toHaveBeenCalled();
});

test('Who follows the transaction hears of the drain of its end.', async () => {
  const { live, begin } = newStage();
  expect(await drainFollowed(live, [])).toEqual({ stuck: [] });
  const reasons: string[] = [];
  const track: FollowingTrack = {
    tracks: Object.create(null),
    note(_event: RunEvent) {},
    waits(reason, waiting) {
      reasons.push(reason);
      return waiting;
    },
  };
  live.run.advance({ type: 'followed', track });
  const operation = begin();
  const drained = drainFollowed(live, []);
  live.succeeded(operation);
  expect(await drained).toEqual({ failure: undefined, stuck: [] });
  expect(reasons).toEqual(['drain']);
});

import { expect, test } from 'vitest';
import type { SessionGuardEvent } from '../../../src/guard/events/events.ts';
import { RuleSet } from '../../../src/guard/rules/engine/rule-set.ts';
import { EventPipeline } from '../../../src/guard/events/event-pipeline.ts';
import { World } from '../../../src/guard/events/world.ts';
import { defineRule } from '../../../src/guard/rules/engine/rule.ts';
import { parseTrace } from '../../../src/testing/index.ts';

const silent = new RuleSet([], {
  onReport() {},
  sessionsOf: () => [],
  clients: () => [],
  placeOf: () => undefined,
  starvedMS: () => 0,
  kept: (_rule, make) => make(),
  onRuleFailed() {},
});

function newSpine() {
  const failures: unknown[] = [];
  return { pipeline: new EventPipeline(new World(), error => failures.push(error)), failures };
}

/** Sends the trace of one session through a pipeline. */
function play(pipeline: EventPipeline, trace: string, rules = silent): void {
  const [start, ...events] = parseTrace(trace);
  if (start?.type !== 'session.started') throw new Error('A trace begins with start.');
  const record = pipeline.open(start, rules);
  for (const event of events) pipeline.publish(event, rules, record);
}

test('Sinks see every event, in order, until they are taken off.', () => {
  const { pipeline } = newSpine();
  const seen: string[] = [];
  expect(pipeline.hasSinks).toBe(false);
  const remove = pipeline.addSink(event => seen.push(event.type));
  expect(pipeline.hasSinks).toBe(true);
  play(pipeline, 'start run(a) end');
  const before = [...seen];
  remove();
  expect(pipeline.hasSinks).toBe(false);
  play(pipeline, 'start run(a) end');
  expect(before).toEqual([
    'session.started',
    'operation.requested',
    'operation.settled',
    'session.ending',
    'session.ended',
  ]);
  expect(seen).toEqual(before);
});

test('A sink that throws is dropped, reported once, and keeps nothing from the others.', () => {
  const { pipeline, failures } = newSpine();
  const error = new Error('full');
  const seen: SessionGuardEvent[] = [];
  let calls = 0;
  pipeline.addSink(() => {
    calls += 1;
    throw error;
  });
  pipeline.addSink(event => seen.push(event));
  play(pipeline, 'start run(a) end');
  expect(calls).toBe(1);
  expect(failures).toEqual([error]);
  expect(seen).toHaveLength(5);
});

test('Rules see the record as it was before the event, and sinks as it is after.', () => {
  const { pipeline } = newSpine();
  const seen: string[] = [];
  const rule = defineRule({
    meta: { id: 'x', category: 'suspicious', docs: '', recommended: 'warn', messages: {}, defaults: {} },
    create: () => ({
      'session.ended': (_, session) => {
        seen.push(`rule: ${session.phase}`);
      },
    }),
  });
  const hooks = {
    onReport() {},
    sessionsOf: () => [],
    clients: () => [],
    placeOf: () => undefined,
    starvedMS: () => 0,
    kept: <T extends object>(_rule: string, make: () => T) => make(),
    onRuleFailed() {},
  };
  const rules = new RuleSet([{ rule, severity: 'warn', options: {} }], hooks);
  pipeline.addSink(event => {
    if (event.type === 'session.ended') seen.push(`sink: ${pipeline.world.sessions.size} open`);
  });
  play(pipeline, 'start end', rules);
  expect(seen).toEqual(['rule: ending', 'sink: 0 open']);
});

test('The world holds open sessions only, by client.', () => {
  const { pipeline } = newSpine();
  play(pipeline, 'start(client=2)');
  expect([...pipeline.world.ofClient(2)].map(({ id }) => id)).toEqual([1]);
  expect([...pipeline.world.ofClient(1)]).toEqual([]);
  play(pipeline, 'start(client=2) end');
  expect([...pipeline.world.ofClient(2)]).toEqual([]);
});

test('An event of no client reaches records and sinks.', () => {
  const { pipeline } = newSpine();
  const seen: string[] = [];
  pipeline.addSink(event => seen.push(event.type));
  play(pipeline, 'start(scope=3)');
  pipeline.publishToWorld({ v: 1, at: 1, client: 0, type: 'scope.left', scope: 3 });
  expect([...pipeline.world.ofClient(1)][0]?.abandoned).toBe(true);
  expect(seen.at(-1)).toBe('scope.left');
});

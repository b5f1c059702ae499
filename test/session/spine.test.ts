import { expect, test } from 'vitest';
import type { SessionGuardEvent } from '../../src/session/events.ts';
import { Ruleset } from '../../src/session/ruleset.ts';
import { Spine } from '../../src/session/spine.ts';
import { World } from '../../src/session/world.ts';
import { defineRule } from '../../src/rules/rule.ts';
import { parseTrace } from '../../src/testing/index.ts';

const silent = new Ruleset([], {
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
  return { spine: new Spine(new World(), error => failures.push(error)), failures };
}

/** Sends the trace of one session through a spine. */
function play(spine: Spine, trace: string, rules = silent): void {
  const [start, ...events] = parseTrace(trace);
  if (start?.type !== 'session.started') throw new Error('A trace begins with start.');
  const record = spine.open(start, rules);
  for (const event of events) spine.publish(event, rules, record);
}

test('Sinks see every event, in order, until they are taken off.', () => {
  const { spine } = newSpine();
  const seen: string[] = [];
  const remove = spine.addSink(event => seen.push(event.type));
  play(spine, 'start run(a) end');
  const before = [...seen];
  remove();
  play(spine, 'start run(a) end');
  expect(before).toEqual([
    'session.started',
    'operation.requested',
    'operation.settled',
    'session.ending',
    'session.ended',
  ]);
  expect(seen).toEqual(before);
});

test('A sink that throws is dropped, told of once, and keeps nothing from the others.', () => {
  const { spine, failures } = newSpine();
  const error = new Error('full');
  const seen: SessionGuardEvent[] = [];
  let calls = 0;
  spine.addSink(() => {
    calls += 1;
    throw error;
  });
  spine.addSink(event => seen.push(event));
  play(spine, 'start run(a) end');
  expect(calls).toBe(1);
  expect(failures).toEqual([error]);
  expect(seen).toHaveLength(5);
});

test('Rules see the record as it was before the event, and sinks as it is after.', () => {
  const { spine } = newSpine();
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
  const rules = new Ruleset([{ rule, severity: 'warn', options: {} }], hooks);
  spine.addSink(event => {
    if (event.type === 'session.ended') seen.push(`sink: ${spine.world.sessions.size} open`);
  });
  play(spine, 'start end', rules);
  expect(seen).toEqual(['rule: ending', 'sink: 0 open']);
});

test('The world holds open sessions only, by client.', () => {
  const { spine } = newSpine();
  play(spine, 'start(client=2)');
  expect([...spine.world.ofClient(2)].map(({ id }) => id)).toEqual([1]);
  expect([...spine.world.ofClient(1)]).toEqual([]);
  play(spine, 'start(client=2) end');
  expect([...spine.world.ofClient(2)]).toEqual([]);
});

test('An event of no client reaches records and sinks.', () => {
  const { spine } = newSpine();
  const seen: string[] = [];
  spine.addSink(event => seen.push(event.type));
  play(spine, 'start(scope=3)');
  spine.publishToWorld({ v: 1, at: 1, client: 0, type: 'scope.left', scope: 3 });
  expect([...spine.world.ofClient(1)][0]?.abandoned).toBe(true);
  expect(seen.at(-1)).toBe('scope.left');
});

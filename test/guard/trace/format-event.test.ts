import { assert, property, sample } from '../../support/properties.ts';
import { expect, test } from 'vitest';
import { captureSite } from '../../../src/guard/scope/site-capture.ts';
import { placeOf } from '../../../src/guard/stack/place.ts';
import { rules } from '../../../src/guard/rules/registry.ts';
import type { SessionGuardEvent } from '../../../src/guard/events/events.ts';
import { formatEvent } from '../../../src/guard/trace/format-event.ts';
import { parseTrace, readTrace, replayTrace } from '../../../src/testing/index.ts';
import { arbitraryTrace } from '../../testing/arbitrary-trace.ts';

function record(events: Iterable<SessionGuardEvent>): string {
  return [...events].map(event => `${formatEvent(event)}\n`).join('');
}

/** Captured as the driver's call sites are: this function stands for the guarded method. */
function capture() {
  return captureSite(capture);
}

function startedAt(site: SessionGuardEvent['site']): SessionGuardEvent {
  return { v: 1, at: 0.25, client: 1, session: 1, type: 'session.started', by: 'user', site };
}

test('Each event is one line of JSON.', () => {
  const events = parseTrace('start begin(a find shop.users) settle(a) end');
  const lines = record(events).split('\n');
  expect(lines).toHaveLength(events.length + 1);
  expect(lines.pop()).toBe('');
  expect(JSON.parse(lines[0] ?? '')).toEqual({
    v: 1,
    at: 0,
    client: 1,
    session: 1,
    type: 'session.started',
    by: 'user',
    site: 'session-guard-trace:1:1',
  });
});

test('A call site, whose stack is neither enumerable nor formatted, becomes its place.', () => {
  const site = capture();
  const { line, column } = placeOf(site) ?? {};
  expect(JSON.stringify(site)).toBe('{}');
  expect(JSON.parse(formatEvent(startedAt(site)))).toMatchObject({
    site: `${import.meta.filename}:${line}:${column}`,
  });
});

test('A call site without a line of the user’s own is not lost; one that was never captured is not made up.', () => {
  expect(
    JSON.parse(formatEvent(startedAt({ stack: 'Error\n    at node:internal/timers:1:1' }))),
  ).toHaveProperty('site', '');
  expect(JSON.parse(formatEvent(startedAt(undefined)))).not.toHaveProperty('site');
});

test.each([
  '/app/order.js',
  '/my app/ä.js',
  'C:\\app\\order.js',
  'webpack-internal:///./order.js',
  '/app/node_modules/orm/a.js',
])('The place %s survives being written and read.', file => {
  const text = record([startedAt({ stack: `Error\n    at place (${file}:3:9)` })]);
  const [event] = readTrace(text);
  expect(placeOf(event?.site)).toEqual({ file, line: 3, column: 9 });
});

test('Whatever happened, the findings of a recorded trace are those of the original.', () => {
  assert(
    property(arbitraryTrace, trace => {
      const events = parseTrace(trace);
      const original = replayTrace(events);
      expect(replayTrace(record(events))).toEqual(original);
    }),
    { numRuns: 100 },
  );
});

test('A trace that is read and written again gives the same text, for any events.', () => {
  assert(
    property(arbitraryTrace, trace => {
      const text = record(parseTrace(trace));
      expect(record(readTrace(text))).toBe(text);
    }),
    { numRuns: 100 },
  );
});

test('The traces of these properties are not idle: every rule fires on some.', () => {
  const on = Object.fromEntries(rules.map(({ meta }) => [meta.id, 'warn'] as const));
  const fired = new Set<string>();
  for (const trace of sample(arbitraryTrace, { numRuns: 500, seed: 1 })) {
    for (const finding of replayTrace(parseTrace(trace), { rules: on })) fired.add(finding.rule);
  }
  expect([...fired].toSorted()).toEqual(rules.map(rule => rule.meta.id).toSorted());
});

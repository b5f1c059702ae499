import { expect, test } from 'vitest';
import { LineReader, readLines } from '../../../src/guard/trace/read-lines.ts';
import { TraceWriter } from '../../../src/guard/trace/trace-writer.ts';
import { EventPipeline } from '../../../src/guard/events/event-pipeline.ts';
import { World } from '../../../src/guard/events/world.ts';
import { FindingHub } from '../../../src/guard/findings/finding-hub.ts';
import { parseTrace, replayTrace } from '../../../src/testing/index.ts';

/** Writes traces in words as a process would. */
function written(trace: string, realm = 0): string[] {
  const lines: string[] = [];
  const target = {
    append: (line: string) => lines.push(line),
    appendNow: (line: string) => lines.push(line),
  };
  const pipeline = new EventPipeline(new World(), error => expect.unreachable(String(error)));
  const hub = new FindingHub();
  new TraceWriter(target, realm).attach({ pipeline, hub });
  for (const event of parseTrace(trace)) pipeline.publishToWorld(event);
  return lines;
}

/** A worker thread of the test runner has its number, too. */
function processOf([first = '']: readonly string[]): string {
  return JSON.parse(first).process;
}

const misuse = 'start@begin end@finish begin(b find shop.users)@late';

test('a written trace replays as it happened', () => {
  const lines = written(misuse);
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ v: 2, type: 'trace.head' });
  expect(replayTrace(lines.join('\n')).map(({ rule }) => rule)).toEqual(['use-after-end']);
});

test('processes that write the same file, and realms of one process, have sessions of their own', () => {
  const mixed = written('start@begin end@finish').concat(written('start begin(b) settle(b)', 1));
  expect(replayTrace(mixed.join('\n'))).toEqual([]);
});

test('a process id that is used again is another process', () => {
  const lines = written('start end').concat(written('start begin(b) settle(b) end'));
  expect(new Set([...readLines(lines)].map(({ process: name }) => name))).toEqual(
    new Set([processOf(lines), `${processOf(lines)} (2)`]),
  );
  expect(replayTrace(lines.join('\n'))).toEqual([]);
});

test('all copies of an operation become one object, unless the reader does without', () => {
  const lines = written('start txn begin(a) end');
  const operationsOf = (reader: LineReader) =>
    lines.flatMap(line => {
      const read = reader.read(line);
      if (read?.kind !== 'event') return [];
      const { event } = read;
      if (event.type === 'operation.requested') return [event.operation];
      return event.type === 'session.ending' ? event.pending : [];
    });
  const [first, again] = operationsOf(new LineReader());
  expect(first).toBeDefined();
  expect(again).toBe(first);
  const [one, other] = operationsOf(new LineReader({ unites: false }));
  expect(other).toEqual(one);
  expect(other).not.toBe(one);
});

function count(lines: readonly string[]): number {
  return [...readLines(lines)].length;
}

test('a torn line is left out at the end, and before the head of another process; elsewhere it is refused', () => {
  const lines = written(misuse);
  const torn = lines.at(-1)?.slice(0, 30) ?? '';
  expect(count([...lines, torn])).toBe(lines.length);
  expect(count([...lines, torn, ...lines])).toBe(2 * lines.length);
  expect(() => count([...lines, torn, ...lines.slice(1)])).toThrow(
    `Trace, line ${lines.length + 1}: it is not valid JSON.`,
  );
  expect(() => count([torn])).toThrow('Trace, line 1: it is not valid JSON.');
});

test.each([
  ['no process', { v: 2, time: 1, at: 1, type: 'trace.head' }, "'process' and 'time' are missing or wrong."],
  [
    'an unknown line',
    { v: 2, process: '1', time: 1, at: 1, type: 'trace.tail' },
    "there is no line 'trace.tail'.",
  ],
  [
    'half a head',
    { v: 2, process: '1', time: 1, at: 1, type: 'trace.head' },
    'a field of trace.head is missing',
  ],
  [
    'an event of version 2 without its fields',
    { v: 2, process: '1', time: 1, at: 1, client: 1, type: 'session.kept' },
    "'session' of session.kept",
  ],
])('refused is %s', (_, line, says) => {
  expect(() => [...readLines([JSON.stringify(line)])]).toThrow(says);
});

test('a trace with the older word for a runner, helper, is read as the same', () => {
  const lines = written('start runner txn run(a) callback-returns commit runner-done end');
  const older = lines.map(line => line.replaceAll('"runner"', '"helper"'));
  expect(older.filter(line => line.includes('"helper"')).length).toBeGreaterThan(2);
  expect([...readLines(older)]).toEqual([...readLines(lines)]);
});

test('a trace with the older word for the key of a deployment, kin, is read as the same', () => {
  const lines = written('connect(client=1) connect(client=2)');
  const older = lines.map(line => line.replaceAll('"deploymentKey"', '"kin"'));
  expect(older.filter(line => line.includes('"kin"')).length).toBe(2);
  expect([...readLines(older)]).toEqual([...readLines(lines)]);
});

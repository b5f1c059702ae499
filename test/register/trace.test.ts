import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ReadLine, readLines } from '../../src/guard/trace/read-lines.ts';
import { replayTrace } from '../../src/testing/index.ts';
import { programFile, type Run, runPreloaded } from './support/run-preloaded.ts';

const marker = 'planted-7f3a';
const program = programFile('marked.mjs');

let folder: string;
let run: Run;
let text: string;
let lines: readonly Readonly<Record<string, unknown>>[];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'session-guard-trace-'));
  const env = { SESSION_GUARD_TRACE: join(folder, '%p.ndjson') };
  run = await runPreloaded({ program: [program, marker], env });
  const [file = ''] = readdirSync(folder);
  text = readFileSync(join(folder, file), 'utf8');
  lines = text
    .split('\n')
    .slice(0, -1)
    .map(line => JSON.parse(line));
});

afterAll(() => rmSync(folder, { recursive: true }));

const ofType = (type: string) => lines.filter(line => line['type'] === type);

test('the trace of a process that was killed can be read, and has its findings', () => {
  expect(run.code).toBeNull();
  const read: ReadLine[] = [...readLines(text)];
  expect(read.length).toBe(lines.length);
  expect(replayTrace(text).map(({ rule, count }) => ({ rule, count }))).toEqual([
    { rule: 'use-after-end', count: 3 },
  ]);
});

test('documents, filters, ids, URLs, headers and messages of errors are not in it, nor the id of a session', () => {
  expect(text).not.toContain(marker);
  const [sessionId = ''] = run.stdout.split('\n');
  expect(sessionId).toMatch(/^[0-9a-f]{32}$/);
  expect(text).not.toContain(sessionId);
  expect(text).not.toContain(Buffer.from(sessionId, 'hex').toString('base64'));
});

test('each line has the version, the process and the time of day', () => {
  const process = String(lines[0]?.['pid']);
  expect(lines[0]).toMatchObject({ v: 2, type: 'trace.head', isStart: true, node: expect.any(String) });
  for (const line of lines) {
    expect(line).toMatchObject({ v: 2, process, at: expect.any(Number), time: expect.any(Number) });
    expect(Math.abs(Number(line['time']) - Date.now())).toBeLessThan(86_400_000);
  }
});

test('the method, the pattern of the route and the number of each request are known', () => {
  const last = new Map(ofType('scope.left').map(line => [line['scope'], line['request']]));
  expect([...last.values()]).toEqual(
    ofType('trace.request').map(({ scope }) => ({
      id: String(scope),
      method: 'POST',
      route: '/orders/:id',
      startedAt: expect.any(Number),
    })),
  );
  expect(last.size).toBe(3);
});

test('operations and transactions have a name and a duration; an attempt has the reason of the one before', () => {
  const settled = ofType('operation.settled');
  expect(settled).toContainEqual(
    expect.objectContaining({
      command: 'find',
      namespace: expect.stringMatching(/\.items$/),
      ms: expect.any(Number),
    }),
  );
  expect(ofType('transaction.retried')).toHaveLength(3);
  for (const line of ofType('transaction.retried'))
    expect(line).toMatchObject({
      attempt: 2,
      reason: { name: 'MongoServerError', labels: ['TransientTransactionError'] },
    });
  for (const line of ofType('transaction.aborted')) expect(line).toMatchObject({ ms: expect.any(Number) });
});

test('a finding is whole the first time, later its count; it has its session and its operation', () => {
  const [first, ...more] = ofType('trace.finding');
  expect(first).toMatchObject({
    number: 1,
    count: 1,
    session: expect.any(Number),
    operation: expect.any(Number),
    finding: { rule: 'use-after-end', place: { file: program }, context: { route: '/orders/:id' } },
  });
  expect(more.map(({ number, count, finding }) => ({ number, count, finding }))).toEqual([
    { number: 1, count: 2, finding: undefined },
    { number: 1, count: 3, finding: undefined },
    // This one was made just before the process was killed.
    { number: 1, count: 4, finding: undefined },
  ]);
});

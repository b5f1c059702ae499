import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { readReport, tracesOf } from '../../src/cli/read-files.ts';
import { finding, traceOf } from '../report/support/report-of.ts';

type Line = Record<string, unknown>;

/** A process of so many seconds later, as another one would write it. */
function lines(words: string, { process = '1', laterBy = 0 } = {}): string[] {
  return traceOf(words, [{ finding, session: 1 }]).map(text => {
    const line: Line = JSON.parse(text);
    const time = 1_800_000_000_000 + laterBy * 1000;
    // The clock of a trace in words begins at 0.
    const at = line['type'] === 'trace.head' ? 0 : line['at'];
    return JSON.stringify({ ...line, process, time, at });
  });
}

/** The report of a folder with these files. */
function reportOn(files: Readonly<Record<string, readonly string[]>>) {
  const folder = mkdtempSync(join(tmpdir(), 'session-guard-traces-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text.join('\n'));
  return readReport(tracesOf(folder), 'shop');
}

test('the time begins with the first process, whatever the names of the files are', async () => {
  const { start, sessions } = await reportOn({
    'a.ndjson': lines('start end', { process: '7', laterBy: 60 }),
    'b.ndjson': lines('start end', { process: '6' }),
  });
  expect(start).toBe(1_800_000_000_000);
  expect(sessions.map(({ at }) => Math.round(at / 1000))).toEqual([60, 0]);
});

test('processes of two traces are two, also with the same id, as in containers', async () => {
  const { processes, sessions, findings, totals } = await reportOn({
    'a.ndjson': lines('start end'),
    'b.ndjson': lines('start end', { laterBy: 60 }),
  });
  expect(processes).toBe(2);
  expect(totals.sessions).toBe(2);
  expect(sessions.map(({ key, at }) => [key, Math.round(at / 1000)])).toEqual([
    ['1:1', 0],
    ['1 (2):1', 60],
  ]);
  expect(findings).toMatchObject([{ count: 2 }]);
});

test('a full file is continued by the process that was its last one', async () => {
  const later = lines('start end', { laterBy: 60 });
  const { processes, sessions } = await reportOn({
    'a.ndjson.1': [...lines('start end'), ...later.slice(0, 2)],
    'a.ndjson': later.slice(2),
  });
  expect(processes).toBe(2);
  expect(sessions.map(({ key, endedAt }) => [key, Math.round((endedAt ?? 0) / 1000)])).toEqual([
    ['1:1', 0],
    ['1 (2):1', 60],
  ]);
});

test('a line that is wrong is named by its file, and by its number there', async () => {
  const report = reportOn({ 'a.ndjson.1': lines('start end'), 'a.ndjson': ['{"v":2}'] });
  await expect(report).rejects.toThrow(/a\.ndjson is not a trace\. Trace, line 1: /);
});

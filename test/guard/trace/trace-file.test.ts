import { mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, existsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { EventPipeline } from '../../../src/guard/events/event-pipeline.ts';
import { World } from '../../../src/guard/events/world.ts';
import { FindingHub } from '../../../src/guard/findings/finding-hub.ts';
import { TraceFile } from '../../../src/guard/trace/trace-file.ts';
import { TraceWriter } from '../../../src/guard/trace/trace-writer.ts';
import { finding } from '../findings/sample.ts';

let folder: string;
let said: string[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'session-guard-trace-'));
  said = [];
  vi.useFakeTimers();
  vi.spyOn(process, 'emitWarning').mockImplementation(warning => {
    said.push(String(warning));
  });
});

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

/** Writes so many batches of 500 lines, of 10 bytes each. */
function write(file: string, times = 1, mostBytes = 2 ** 30): { readonly rotations: number } {
  const counts = { rotations: 0 };
  // The timers of the package are those of before the test: a full batch is written at once.
  const trace = new TraceFile({ name: file, mostBytes });
  trace.onRotated(() => {
    counts.rotations += 1;
  });
  for (let turn = 0; turn < times; turn += 1)
    for (let count = 0; count < 500; count += 1) {
      trace.ready();
      trace.append(`line ${String(count).padStart(4, '0')}`);
    }
  return counts;
}

test('the file is for its owner alone', () => {
  const file = join(folder, 'trace');
  write(file);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(readFileSync(file, 'utf8').trim().split('\n')).toHaveLength(500);
});

test('a link in the place of the file is not followed', () => {
  const target = join(folder, 'target');
  const file = join(folder, 'link');
  symlinkSync(target, file);
  write(file);
  expect(existsSync(target)).toBe(false);
  expect(said).toEqual([expect.stringContaining('ELOOP')]);
});

function linesIn(file: string): string[] {
  return readFileSync(file, 'utf8').trim().split('\n');
}

test('a full file is renamed and a new one begun, and the writer knows; two files are kept', () => {
  const file = join(folder, 'full');
  const { rotations } = write(file, 7, 10_000);
  expect(rotations).toBe(3);
  expect(linesIn(file)).toHaveLength(500);
  expect(linesIn(`${file}.1`)).toHaveLength(1000);
  expect(linesIn(file)[0]).toBe('line 0000');
  expect(said).toEqual([expect.stringContaining(`is now ${file}.1`)]);
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

test('half a line, which a killed process has left, is closed before the next line', () => {
  const file = join(folder, 'torn');
  writeFileSync(file, 'whole\nhal');
  write(file);
  expect(readFileSync(file, 'utf8').split('\n').slice(0, 3)).toEqual(['whole', 'hal', 'line 0000']);
});

test('an urgent line is written at once, with the lines that were waiting', () => {
  const file = join(folder, 'now');
  const trace = new TraceFile({ name: file, mostBytes: 1000 });
  trace.append('first');
  expect(existsSync(file)).toBe(false);
  trace.appendNow('second');
  expect(readFileSync(file, 'utf8')).toBe('first\nsecond\n');
});

test('a file that earlier processes have filled is followed by a new one before the first line', () => {
  const file = join(folder, 'filled');
  writeFileSync(file, `${'x'.repeat(1001)}\n`);
  const trace = new TraceFile({ name: file, mostBytes: 1000 });
  trace.ready();
  trace.appendNow('first');
  expect(readFileSync(file, 'utf8')).toBe('first\n');
  expect(statSync(`${file}.1`).size).toBe(1002);
});

function fail(error: unknown): void {
  throw error;
}

test('each file begins with its head, and has each of its findings whole', () => {
  const file = join(folder, 'rotated');
  const hub = new FindingHub();
  const trace = new TraceFile({ name: file, mostBytes: 3000 });
  new TraceWriter(trace).attach({ pipeline: new EventPipeline(new World(), fail), hub });
  hub.deliver(finding);
  for (let count = 2; count <= 30; count += 1) hub.countAgain(finding);
  expect(said).toEqual([expect.stringContaining(`is now ${file}.1`)]);
  for (const name of [file, `${file}.1`]) {
    const [head, first] = linesIn(name).map(line => JSON.parse(line) as Record<string, unknown>);
    expect(head).toMatchObject({ type: 'trace.head' });
    expect(first).toMatchObject({ type: 'trace.finding', number: 1, finding: { rule: finding.rule } });
  }
});

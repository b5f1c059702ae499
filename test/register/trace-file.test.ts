import { mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { TraceFile } from '../../src/register/trace-file.ts';
import type { SessionGuardEvent } from '../../src/session/events.ts';

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

const event: SessionGuardEvent = { v: 1, type: 'clock.ticked', at: 1, client: 1 };

/** Writes so many events, one batch each. */
async function write(file: string, times = 1, most?: number): Promise<void> {
  // The timers of the package are those of before the test: a full batch is written at once.
  const trace = new TraceFile(file, most);
  for (let turn = 0; turn < times; turn += 1) for (let count = 0; count < 500; count += 1) trace.sink(event);
}

test('the file is for its owner alone', async () => {
  const file = join(folder, 'trace');
  await write(file);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(readFileSync(file, 'utf8').trim().split('\n')).toHaveLength(500);
});

test('a link in the place of the file is not followed', async () => {
  const target = join(folder, 'target');
  const file = join(folder, 'link');
  symlinkSync(target, file);
  await write(file);
  expect(existsSync(target)).toBe(false);
  expect(said).toEqual([expect.stringContaining('ELOOP')]);
});

test('a full file gets no more, which is said once', async () => {
  const file = join(folder, 'full');
  await write(file, 5, 100_000);
  const { size } = statSync(file);
  expect(size).toBeLessThanOrEqual(100_000);
  expect(size).toBeGreaterThan(20_000);
  await write(file, 2, 1000);
  expect(statSync(file).size).toBe(size);
  expect(said).toEqual([expect.stringContaining('is full')]);
});

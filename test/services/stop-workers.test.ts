import type { Worker } from 'node:cluster';
import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';
import { Deadline } from '../../src/services/stop/deadline.ts';
import { stopWorkers } from '../../src/services/stop/workers.ts';
import { holdTime } from '../support/held-time.ts';

/** A worker process of `node:cluster` that ends when the test says so. */
function startWorker() {
  const signals: unknown[] = [];
  const kill = (signal: unknown) => signals.push(signal);
  return { worker: Object.assign(new EventEmitter(), { id: 1, process: { kill } }), signals };
}

/** The stop of one worker, by a primary process with a grace of 8 s. */
function stopped(worker: object) {
  const passes = holdTime();
  const deadline = new Deadline();
  deadline.start(8000);
  return { failed: stopWorkers([worker as Worker], 'SIGTERM', deadline, 1500), passes };
}

test('a worker gets the signal again when the grace is over, and time to name what it cuts', async () => {
  const { worker, signals } = startWorker();
  const { failed, passes } = stopped(worker);
  passes(7999);
  expect(signals).toEqual(['SIGTERM']);
  passes(8000);
  await expect.poll(() => signals).toEqual(['SIGTERM', 'SIGTERM']);
  passes(9499);
  worker.emit('exit', 1);
  expect(await failed).toEqual(['worker 1, which ended with code 1']);
  expect(signals).toEqual(['SIGTERM', 'SIGTERM']);
});

test('a worker that has not ended 1500 ms after the grace is killed', async () => {
  const { worker, signals } = startWorker();
  const { failed, passes } = stopped(worker);
  passes(9500);
  expect(await failed).toEqual(['worker 1, which was killed']);
  expect(signals).toEqual(['SIGTERM', 'SIGTERM', 'SIGKILL']);
});

test('a worker that ends in time gets one signal', async () => {
  const { worker, signals } = startWorker();
  const { failed, passes } = stopped(worker);
  worker.emit('exit', 0);
  passes(9500);
  expect(await failed).toEqual([]);
  expect(signals).toEqual(['SIGTERM']);
});

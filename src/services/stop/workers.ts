import cluster, { type Worker } from 'node:cluster';
import type { Deadline } from './deadline.ts';

/** The worker processes of a primary process of `node:cluster`. */
export function workersOf(): readonly Worker[] {
  if (!cluster.isPrimary) return [];
  return Object.values(cluster.workers ?? {}).flatMap(worker =>
    worker === undefined || worker.isDead() ? [] : [worker],
  );
}

/**
 * Sends the signal on to the workers, and waits for their end: a platform stops the primary process alone. When its grace is
 * over, it sends the signal again, which ends the grace of the worker, too: so the worker itself can say what it cuts.
 * @param closingMS how long after the grace a worker may take to end
 * @returns those that were killed, or ended with another code than 0
 */
export async function stopWorkers(
  workers: readonly Worker[],
  signal: NodeJS.Signals,
  deadline: Deadline,
  closingMS: number,
): Promise<readonly string[]> {
  const failed: string[] = [];
  const running = new Set(workers);
  const ended = Promise.all(
    workers.map(async worker => {
      const exit = new Promise(resolve => worker.once('exit', resolve));
      send(worker, signal);
      const code = await exit;
      running.delete(worker);
      if (code !== 0) failed.push(`worker ${worker.id}, which ended with code ${String(code)}`);
    }),
  );
  if (!(await deadline.settled(ended, 0)).done) {
    for (const worker of running) send(worker, signal);
    await deadline.settled(ended, closingMS);
  }
  for (const worker of running) {
    failed.push(`worker ${worker.id}, which was killed`);
    worker.process.kill('SIGKILL');
  }
  return [...failed];
}

/** Windows does not have all signals, and throws: such a worker is killed in the end. */
function send(worker: Worker, signal: NodeJS.Signals): void {
  try {
    worker.process.kill(signal);
  } catch {
    // The worker goes on until then.
  }
}

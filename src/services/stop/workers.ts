import cluster, { type Worker } from 'node:cluster';
import type { Deadline } from './deadline.ts';

/** The worker processes of a primary process of `node:cluster`. */
export function workersOf(): readonly Worker[] {
  if (!cluster.isPrimary) return [];
  return Object.values(cluster.workers ?? {}).filter(worker => worker !== undefined);
}

/**
 * Sends the signal on to the workers, and waits for their end: a platform stops the primary process alone.
 * @returns those that were killed, or ended with another code than 0
 */
export async function stopWorkers(
  workers: readonly Worker[],
  signal: NodeJS.Signals,
  deadline: Deadline,
): Promise<readonly string[]> {
  const failed: string[] = [];
  const running = new Set(workers);
  for (const worker of workers) {
    worker.once('exit', code => {
      running.delete(worker);
      if (code !== 0) failed.push(`worker ${worker.id}, which ended with code ${code}`);
    });
    worker.process.kill(signal);
  }
  await deadline.until(() => running.size === 0);
  for (const worker of running) {
    failed.push(`worker ${worker.id}, which was killed`);
    worker.process.kill('SIGKILL');
  }
  return failed;
}

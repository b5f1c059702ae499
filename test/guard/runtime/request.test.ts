import { expect, test } from 'vitest';
import { currentRequests } from '../../../src/guard/scope/lookup.ts';
import { scope } from '../../../src/guard/runtime/request/scope.ts';

/** The scopes that each of so many jobs is in, where a job makes its successor before it ends. */
function chainOf(jobs: number): Promise<readonly number[]> {
  const depths: number[] = [];
  return new Promise((resolve, reject) => {
    const job = () => {
      scope(async () => {
        depths.push(currentRequests()?.length ?? 0);
        if (depths.length < jobs) setImmediate(job);
        else resolve(depths);
      }).catch(reject);
    };
    job();
  });
}

test('A job that makes its successor hands its scope down once, and the chain does not grow.', async () => {
  expect(await chainOf(5)).toEqual([1, 2, 2, 2, 2]);
});

test('Jobs inside of jobs that are still running are in all of their scopes.', async () => {
  const depth = await scope(() => scope(() => scope(() => currentRequests()?.length)));
  expect(depth).toBe(3);
});

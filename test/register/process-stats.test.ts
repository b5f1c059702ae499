import { expect, test } from 'vitest';
import { preload, programFile, runPreloaded } from './support/run-preloaded.ts';

test.each([
  { how: 'by `--import`', args: ['--import', preload.esm] },
  { how: 'by `-r`, whose copy of this package is another', args: ['-r', preload.cjs] },
])('under the preload $how, `processStats` counts the clients that know nothing of it', async ({ args }) => {
  const run = await runPreloaded({
    args,
    program: [programFile('process-stats.mjs')],
    env: { SESSION_GUARD_REPORT: 'json' },
  });
  expect(run.code, run.stderr).toBe(0);
  expect(JSON.parse(run.stdout)).toEqual({
    findings: { 'use-after-end': 1 },
    pool: { checkedOut: 0, available: expect.any(Number), waiting: 0 },
    clientsConnected: 2,
    transactionsOpen: 1,
    transactionsCommitted: 1,
    sessionsStarted: 2,
    sessionsOpen: 1,
  });
});

import { describe, expect, test } from 'vitest';
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

describe('with all rules off', () => {
  test.each([
    { who: 'nobody', after: false, counted: 0, tracked: 0 },
    { who: 'processStats', after: true, counted: 4, tracked: 0 },
    { who: 'trackWork', after: true, counted: 4, tracked: 4 },
    { who: 'recordTrace', after: true, counted: 4, tracked: 0 },
    { who: 'dashboard', after: true, counted: 4, tracked: 0 },
    { who: 'gracefulStop', after: true, counted: 4, tracked: 0 },
    { who: 'keep', after: true, counted: 4, tracked: 0 },
    { who: 'observeMongoose', after: true, counted: 4, tracked: 0 },
    { who: 'requestScope', after: true, counted: 4, tracked: 0 },
    { who: 'manager', after: true, counted: 4, tracked: 0 },
  ])('the driver is observed from the time when somebody asks: $who', async ({ who, ...seen }) => {
    const program = [programFile('on-demand.mjs'), who];
    const run = await runPreloaded({ program, env: { SESSION_GUARD_RULES: 'off' } });
    expect(run.stderr).toBe('');
    expect(JSON.parse(run.stdout)).toEqual({ before: false, sessionsOpen: 0, items: 8, ...seen });
  });

  test('copies of the driver that the program has thrown away are not kept', async () => {
    const args = ['--expose-gc', '--import', preload.esm];
    const program = [programFile('on-demand-memory.cjs')];
    const run = await runPreloaded({ args, program, env: { SESSION_GUARD_RULES: 'off' } });
    // The last one is in `require.cache`. If they were kept, it would be all eight.
    expect(Number(run.stdout), run.stderr).toBeLessThan(4);
  });

  test.each([
    { order: 'before the preload', args: ['--import', programFile('asks.mjs'), '--import', preload.esm] },
    { order: 'after the preload', args: ['--import', preload.esm, '--import', programFile('asks.mjs')] },
  ])('a file that asks $order is enough', async ({ args }) => {
    const program = [programFile('on-demand.mjs'), 'nobody'];
    const run = await runPreloaded({ args, program, env: { SESSION_GUARD_RULES: 'off' } });
    expect(run.code, run.stderr).toBe(0);
    expect(JSON.parse(run.stdout)).toMatchObject({ before: true, counted: 7 });
  });

  test('a driver whose modules the program has thrown away is observed on demand, too', async () => {
    const program = [programFile('on-demand-reloaded.cjs')];
    const run = await runPreloaded({ program, env: { SESSION_GUARD_RULES: 'off' } });
    expect(run.stderr).toBe('');
    expect(JSON.parse(run.stdout)).toEqual({ before: false, after: true, stored: 1 });
  });

  test.each([
    { why: 'a client is protected', env: { SESSION_GUARD: 'protect' } },
    { why: 'one rule is on', env: { SESSION_GUARD_RULES: '["off",{"use-after-end":"warn"}]' } },
    { why: 'a trace is written', env: { SESSION_GUARD_TRACE: '/dev/null' } },
  ])('it is observed from the beginning if $why', async ({ env }) => {
    const program = [programFile('on-demand.mjs'), 'nobody'];
    const run = await runPreloaded({ program, env: { SESSION_GUARD_RULES: 'off', ...env } });
    expect(run.code, run.stderr).toBe(0);
    expect(JSON.parse(run.stdout)).toMatchObject({ before: true, counted: 7 });
  });
});

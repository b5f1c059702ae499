import { describe, expect, test } from 'vitest';
import { preload, programFile, type RunOptions, runPreloaded } from './support/run-preloaded.ts';

/** With all rules off, and perhaps with other variables. */
async function outcomeOf({ env, ...how }: RunOptions): Promise<unknown> {
  const run = await runPreloaded({ ...how, env: { SESSION_GUARD_RULES: 'off', ...env } });
  expect(run.stderr).toBe('');
  return JSON.parse(run.stdout);
}

describe('with all rules off, the driver is observed', () => {
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
  ])('from the time when somebody asks: $who', async ({ who, ...seen }) => {
    const outcome = await outcomeOf({ program: [programFile('on-demand.mjs'), who] });
    expect(outcome).toEqual({ before: false, sessionsOpen: 0, items: 8, ...seen });
  });

  test.each([
    { order: 'before the preload', args: ['--import', programFile('asks.mjs'), '--import', preload.esm] },
    { order: 'after the preload', args: ['--import', preload.esm, '--import', programFile('asks.mjs')] },
  ])('from the beginning if a file asks $order', async ({ args }) => {
    const outcome = await outcomeOf({ args, program: [programFile('on-demand.mjs'), 'nobody'] });
    expect(outcome).toMatchObject({ before: true, counted: 7 });
  });

  test.each([
    { why: 'a client is protected', env: { SESSION_GUARD: 'protect' } },
    { why: 'one rule is on', env: { SESSION_GUARD_RULES: '["off",{"use-after-end":"warn"}]' } },
    { why: 'a trace is written', env: { SESSION_GUARD_TRACE: '/dev/null' } },
  ])('from the beginning if $why', async ({ env }) => {
    const outcome = await outcomeOf({ env, program: [programFile('on-demand.mjs'), 'nobody'] });
    expect(outcome).toMatchObject({ before: true, counted: 7 });
  });
});

describe('with all rules off, a copy of the driver that the program has thrown away', () => {
  test('is observed as soon as somebody asks', async () => {
    const outcome = await outcomeOf({ program: [programFile('on-demand-reloaded.cjs')] });
    expect(outcome).toEqual({ before: false, after: true, stored: 1 });
  });

  test('is not kept in memory', async () => {
    const args = ['--expose-gc', '--import', preload.esm];
    // Of eight copies the last one is in `require.cache`.
    expect(await outcomeOf({ args, program: [programFile('on-demand-memory.cjs')] })).toBeLessThan(4);
  });
});

import { array, assert, double, integer, option, property } from '../../support/properties.ts';
import { expect, test } from 'vitest';
import { isRefreshDue, refreshEvery } from '../../../src/store/options/settings.ts';

const hour = 3_600_000;

test.each([
  ['of half an hour is moved after 5 minutes', undefined, hour / 2, 300_000],
  ['of a minute is moved after 10 seconds', undefined, 60_000, 10_000],
  ['of two weeks is moved after 5 minutes', undefined, 14 * 24 * hour, 300_000],
  ['is moved so often as the option says', 900_000, hour / 2, 900_000],
  ['is moved by each use with 0', 0, hour / 2, 0],
  ['no longer than the option has the default', 900_000, 600_000, 100_000],
])('a session %s', (_what, everyMS, idleMS, expected) => {
  expect(refreshEvery(everyMS, idleMS)).toBe(expected);
});

test('a session in use lives at least its idle time less `refreshEvery` after each use, whenever it is used', () => {
  const idle = integer({ min: 1, max: 14 * 24 * hour });
  const every = option(integer({ min: 0, max: 24 * hour }), { nil: undefined });
  const shares = array(double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 100 });
  assert(
    property(idle, every, shares, (idleMS, everyMS, gaps) => {
      const promised = idleMS - refreshEvery(everyMS, idleMS);
      let [now, expiresAt] = [0, idleMS];
      for (const gap of gaps) {
        const next = now + gap * promised;
        if (next > now) expect(expiresAt).toBeGreaterThanOrEqual(next);
        now = next;
        if (isRefreshDue({ kind: 'every', everyMS }, idleMS, expiresAt - now)) expiresAt = now + idleMS;
      }
    }),
  );
});

test('with a threshold a use moves the expiry when less is left, and never waits longer than the idle time', () => {
  const rule = { kind: 'below', belowMS: 300_000 } as const;
  expect([isRefreshDue(rule, hour, 300_000), isRefreshDue(rule, hour, 299_999)]).toEqual([false, true]);
  expect([isRefreshDue(rule, 60_000, 60_000), isRefreshDue(rule, 60_000, 59_999)]).toEqual([false, true]);
});

test('a part as long as the idle time is not used: the session would end in spite of its use', () => {
  expect(refreshEvery(600, 600)).toBe(100);
  expect(refreshEvery(599, 600)).toBe(599);
});

test('a refresh is due from the millisecond on in which that part has passed', () => {
  const rule = { kind: 'every', everyMS: 200 } as const;
  expect(isRefreshDue(rule, 600, 401)).toBe(false);
  expect(isRefreshDue(rule, 600, 400)).toBe(true);
});

import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { ExpressSessionStore } from '../../../src/store/express-session/index.ts';
import { refreshBelow } from '../../../src/store/framework/life-changes.ts';
import { memoryBackend, sessionStore } from '../../../src/store/index.ts';

const settings = {
  idleMS: 1_800_000,
  refreshBelowMS: 300_000,
  absoluteMS: 2_592_000_000,
  lastSeenEveryMS: Number.POSITIVE_INFINITY,
  timeoutMS: 2000,
  updateTimeoutMS: 10_000,
  maxPerUser: undefined,
  fenceMS: 2_592_000_000,
};

test('a `touchAfterSeconds` with which no expiry ever moves is refused', () => {
  const sessions = sessionStore<object>(memoryBackend(), { keys: { tag: [randomBytes(32)] } });
  expect(() => new ExpressSessionStore(sessions, { touchAfterSeconds: 2_592_000 })).toThrow(
    /must be less than the absoluteSeconds of the store \(2592000\)/,
  );
});

test.each([
  ['moves so long after the last move', 600_000, 1_200_000],
  ['moves at the default where the session lives no longer than that', 1_800_000, 300_000],
  ['moves at the default without it', undefined, 300_000],
])('the expiry %s', (_what, touchAfterMS, belowMS) => {
  expect(refreshBelow(touchAfterMS, settings, 1_800_000)).toBe(belowMS);
});

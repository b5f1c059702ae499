import { afterEach, expect, test, vi } from 'vitest';
import { isRevoked } from '../../../src/store/backend/revocation-mark.ts';
import { longestSeconds } from '../../../src/store/options/settings.ts';
import { RevocationMarkLife } from '../../../src/store/sessions/revocation-mark-life.ts';

const day = 24 * 60 * 60 * 1000;

afterEach(() => void vi.restoreAllMocks());

test('a mark lasts for its least time, and longer while sessions may come from another store, by a day', () => {
  vi.spyOn(Date, 'now').mockReturnValue(1_000_000);
  const life = new RevocationMarkLife(5000);
  expect(life.ms).toBe(5000);
  life.reach(1_000_000 - day + 5000);
  expect(life.ms).toBe(5000);
  life.reach(1_000_000 - day + 5001);
  expect(life.ms).toBe(5001);
  life.reach(1_000_000);
  expect(life.ms).toBe(day);
  // An earlier time changes nothing.
  life.reach(5);
  expect(life.ms).toBe(day);
});

test('a mark lasts 100 years at most', () => {
  vi.spyOn(Date, 'now').mockReturnValue(0);
  const life = new RevocationMarkLife(1);
  life.reach(2 * longestSeconds * 1000);
  expect(life.ms).toBe(longestSeconds * 1000);
});

test('a mark refuses the sessions of the epochs before it, except the one that stays', () => {
  const mark = { epoch: 'new', at: 0, except: 'kept' };
  const session = { user: 'ada', epoch: 'old', handle: 'h' };
  expect(isRevoked(mark, session)).toBe(true);
  expect(isRevoked(mark, { ...session, epoch: 'new' })).toBe(false);
  expect(isRevoked(mark, { ...session, handle: 'kept' })).toBe(false);
  expect(isRevoked(mark, { ...session, user: undefined })).toBe(false);
  expect(isRevoked(undefined, session)).toBe(false);
});

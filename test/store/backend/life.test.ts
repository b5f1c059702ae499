import { expect, test } from 'vitest';
import { changeOf } from '../../../src/store/backend/change.ts';
import {
  bornAt,
  changedAt,
  isAlias,
  isLive,
  refreshedAt,
  refusalOf,
  writtenExpiry,
  writtenIdle,
} from '../../../src/store/backend/life.ts';
import type { SessionRecord } from '../../../src/store/backend/session-record.ts';

const successor = { hash: 'b' } as never;

function record(parts: Partial<SessionRecord> = {}): SessionRecord {
  const session = {
    user: 'ada',
    handle: 'h',
    createdAt: 'now',
    authenticatedAt: 'now',
    epoch: '',
    idleMS: 100,
    expiresInMS: 100,
    absoluteEnd: { inMS: 1000 },
    device: undefined,
    version: 7,
    successor: undefined,
    fields: new Map([['cart', '1']]),
  } as const;
  return { ...bornAt({ ...session, hash: 'a' } as never, 0), ...parts };
}

test('a new session has the times of the store; one with a new id keeps its own', () => {
  const { expiresAt: _expiry, seenAt: _seen, renewedAt: _renewed, ...same } = record();
  const born = { ...same, expiresInMS: 100 };
  expect(
    bornAt({ ...born, createdAt: 'now', authenticatedAt: 'now', absoluteEnd: { inMS: 60 } }, 40),
  ).toMatchObject({
    createdAt: 40,
    renewedAt: undefined,
    authenticatedAt: 40,
    expiresAt: 100,
    absoluteEnd: 100,
    seenAt: 40,
  });
  expect(bornAt({ ...born, createdAt: 10, authenticatedAt: 20, absoluteEnd: { at: 900 } }, 40)).toMatchObject(
    {
      createdAt: 10,
      renewedAt: 40,
      authenticatedAt: 20,
      expiresAt: 140,
      absoluteEnd: 900,
    },
  );
});

test('a session is live before its expiry and before its absolute end, and not in these milliseconds', () => {
  expect(isLive({ expiresAt: 10, absoluteEnd: 20 }, 9)).toBe(true);
  expect(isLive({ expiresAt: 10, absoluteEnd: 20 }, 10)).toBe(false);
  expect(isLive({ expiresAt: 20, absoluteEnd: 10 }, 9)).toBe(true);
  expect(isLive({ expiresAt: 20, absoluteEnd: 10 }, 10)).toBe(false);
});

test('only a record with a `successor` and without an idle time is an alias', () => {
  expect(isAlias({ successor, idleMS: 0 })).toBe(true);
  expect(isAlias({ successor, idleMS: 1 })).toBe(false);
  expect(isAlias({ successor: undefined, idleMS: 0 })).toBe(false);
});

test('a use moves the expiry by the idle time, never past the absolute end and never back', () => {
  expect(refreshedAt(record(), 50)).toMatchObject({ user: 'ada', expiresAt: 150, seenAt: 50 });
  expect(refreshedAt(record(), 950)).toMatchObject({ expiresAt: 1000 });
  expect(refreshedAt(record({ expiresAt: 500 }), 50)).toMatchObject({ expiresAt: 500 });
});

test('a write moves the expiry as a use does, or sets it by a new idle time or an end', () => {
  const held = record({ expiresAt: 500 });
  expect(writtenExpiry(held, changeOf({}), 450)).toBe(550);
  expect(writtenExpiry(held, changeOf({ idleMS: 20 }), 50)).toBe(70);
  expect(writtenExpiry(held, changeOf({ idleMS: 5000 }), 50)).toBe(1000);
  expect(writtenExpiry(held, changeOf({ endsInMS: 30 }), 50)).toBe(80);
  expect(writtenExpiry(held, changeOf({ endsInMS: 9000 }), 50)).toBe(500);
  expect(writtenExpiry(held, changeOf({ idleMS: 20, endsInMS: 30 }), 50)).toBe(70);
});

test('the idle time stays, is the new one, or is 0 where the session gets an end', () => {
  expect(writtenIdle(record(), changeOf({}))).toBe(100);
  expect(writtenIdle(record(), changeOf({ idleMS: 20 }))).toBe(20);
  expect(writtenIdle(record(), changeOf({ idleMS: 20, endsInMS: 30 }))).toBe(0);
});

test('a write sets and removes fields, and replaces all of them if it says so', () => {
  const change = { set: new Map([['name', '2']]), unset: ['cart'] };
  expect([...changedAt(record(), changeOf({ set: change.set }), 5).fields.keys()]).toEqual(['cart', 'name']);
  expect([...changedAt(record(), changeOf(change), 5).fields]).toEqual([['name', '2']]);
  expect([...changedAt(record(), changeOf({ replace: true }), 5).fields]).toEqual([]);
  expect(changedAt(record(), changeOf({ authenticated: true }), 5)).toMatchObject({
    authenticatedAt: 5,
    user: 'ada',
    seenAt: 5,
    version: 8,
  });
  expect(changedAt(record({ successor }), changeOf({ successor: null }), 5).successor).toBeUndefined();
  expect(changedAt(record({ successor }), changeOf({}), 5).successor).toBe(successor);
});

test('a write is refused if the session has ended, was rotated, or has another version, in this order', () => {
  const now = 50;
  const change = changeOf({ ifVersion: 7 });
  expect(refusalOf(record(), change, now)).toBeUndefined();
  expect(refusalOf(undefined, change, now)).toEqual({ outcome: 'ended', header: undefined });
  const ended = record({ expiresAt: now, successor, version: 8 });
  expect(refusalOf(ended, change, now)).toEqual({ outcome: 'ended', header: ended });
  const rotated = record({ successor, version: 8 });
  expect(refusalOf(rotated, change, now)).toEqual({ outcome: 'rotated', header: rotated });
  const other = record({ version: 8 });
  expect(refusalOf(other, change, now)).toEqual({ outcome: 'conflict', record: other });
  expect(refusalOf(other, changeOf({}), now)).toBeUndefined();
});

test('a rotated session may be written by its own rotation, and to undo it', () => {
  const to = { userKey: 'k', hash: 'b' };
  const rotated = record({ successor: to });
  const refused = { outcome: 'rotated', header: rotated };
  expect(refusalOf(rotated, changeOf({ successor: { ...to } }), 50)).toBeUndefined();
  expect(refusalOf(rotated, changeOf({ successor: null }), 50)).toBeUndefined();
  expect(refusalOf(rotated, changeOf({ successor: { ...to, hash: 'c' } }), 50)).toEqual(refused);
  expect(refusalOf(record(), changeOf({ successor: to }), 50)).toBeUndefined();
});

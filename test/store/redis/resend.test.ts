import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { redisBackend } from '../../../src/store/redis/index.ts';
import { type SessionBackend, sessionStore } from '../../../src/store/index.ts';
import { aSession } from '../../../src/testing/store/support/samples.ts';
import { redisUrl } from '../../setup/servers.ts';
import { keys } from '../support/altered.ts';
import { type Connected, ioredis } from './support/clients.ts';
import { Redis } from './support/ioredis.ts';

const call = { signal: new AbortController().signal };
let connected: Connected;
const options = { keyPrefix: `resend:${randomUUID()}:` };
let backend: SessionBackend;

beforeAll(async () => {
  connected = await ioredis(await redisUrl());
  backend = redisBackend(connected.client, options);
});
afterAll(() => connected.close());

test('A session that a client inserts twice, having lost the first answer, is there once and is the same.', async () => {
  const session = aSession({ user: 'ann' });
  const first = await backend.insert(session, call);
  expect(first.outcome).toBe('created');
  const second = await backend.insert(session, call);
  expect(second.outcome).toBe('created');
  // The header of the first may be the caller's own record, which has the fields too.
  expect(first).toMatchObject(second);
  expect((await backend.list(session.userKey, call)).headers).toHaveLength(1);
  expect(await backend.insert({ ...session, version: session.version + 1 }, call)).toEqual({
    outcome: 'taken',
  });
});

test('A rotation that a client sends twice, having lost the first answer, is done once.', async () => {
  const from = aSession();
  const to = aSession({ userKey: from.userKey, handle: from.handle });
  await backend.insert(from, call);
  const rotation = { from, to, ifVersion: from.version, graceMS: 0 };
  const first = await backend.rotate?.(rotation, call);
  expect(first?.outcome).toBe('rotated');
  expect(await backend.rotate?.(rotation, call)).toEqual(first);
});

test('A removal that a client sends twice, having lost the first answer, still returns the new id of the session, and ends that session.', async () => {
  const sessions = sessionStore(backend, { keys, timeoutMS: 60_000 });
  const old = await sessions.create({});
  const session = await sessions.rotate(old, { graceSeconds: 60 });
  const sendsTwice = new Redis(await redisUrl());
  const send = sendsTwice.call.bind(sendsTwice) as (...command: readonly string[]) => Promise<unknown>;
  const twice = (...command: readonly string[]) =>
    send(...command).then(
      () => send(...command),
      () => send(...command),
    );
  Object.assign(sendsTwice, { call: twice });
  await sessionStore(redisBackend(sendsTwice, options), { keys, timeoutMS: 60_000 }).destroy(old.id);
  sendsTwice.disconnect();
  if ('ended' in session) throw new Error('It has ended.');
  expect([await sessions.get(session.id), await sessions.get(old.id)]).toEqual([null, null]);
});

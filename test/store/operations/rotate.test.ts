import { expect, test } from 'vitest';
import { memoryBackend, sessionStore } from '../../../src/store/index.ts';

const keys = { tag: ['a secret of at least 32 random bytes'] };

test('A log-in by rotation can bring its device and its time, and gives another handle.', async () => {
  const store = sessionStore(memoryBackend(), { keys });
  const visitor = await store.create({ cart: ['tea'] }, { device: 'a kiosk' });
  const authenticatedAt = Date.now() - 5000;
  const session = await store.rotate(visitor, { user: 'user-1', authenticatedAt, device: 'a phone' });
  if ('ended' in session) throw new Error('It has ended.');
  expect(session).toMatchObject({ user: 'user-1', device: 'a phone', data: { cart: ['tea'] } });
  expect(Math.abs((session.authenticatedAt ?? 0) - authenticatedAt)).toBeLessThan(1000);
  expect(session.handle).not.toBe(visitor.handle);
});

test('A rotation without a user keeps handle and device.', async () => {
  const store = sessionStore(memoryBackend(), { keys });
  const session = await store.create({}, { user: 'user-1', device: 'a phone' });
  expect(await store.rotate(session)).toMatchObject({ handle: session.handle, device: 'a phone' });
});

test('A rotation also refuses a log-in that was authenticated before the log-out everywhere.', async () => {
  const store = sessionStore(memoryBackend(), { keys });
  const visitor = await store.create({});
  await store.destroyAll('user-1');
  const proof = { user: 'user-1', authenticatedAt: Date.now() - 5000 };
  await expect(store.rotate(visitor, proof)).rejects.toThrow('Ask for the password again');
});

test('A request without a cookie has no session.', async () => {
  const store = sessionStore(memoryBackend(), { keys });
  expect(await store.get(undefined)).toBeNull();
  expect(await store.destroy(undefined)).toBe(false);
});

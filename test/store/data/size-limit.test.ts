import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { ExpressSessionStore } from '../../../src/store/frameworks/express-session/index.ts';
import { memoryBackend, sessionStore } from '../../../src/store/index.ts';

const keys = { tag: [randomBytes(32)] };
const tooLarge = { code: 'ERR_SESSION_GUARD_STORE_TOO_LARGE' };

function storeOf(maxBytes?: number, backend = memoryBackend()) {
  return sessionStore(backend, {
    keys,
    ...(maxBytes !== undefined && { maxBytes }),
  });
}

test('A session of more than a mebibyte is refused by default, and what was there before stays.', async () => {
  const store = storeOf();
  const large = 'x'.repeat(2 ** 20);
  await expect(store.create({ large })).rejects.toMatchObject(tooLarge);
  const session = await store.create({ half: 'x'.repeat(2 ** 19) });
  await expect(store.patch(session, { other: 'x'.repeat(2 ** 19) })).rejects.toMatchObject(tooLarge);
  await expect(store.update(session.id, () => ({ large }))).rejects.toMatchObject(tooLarge);
  expect(Object.keys((await store.get(session.id))?.data ?? {})).toEqual(['half']);
});

test('The bytes of names and texts count, not their characters, and exactly as many as the option says are taken.', async () => {
  const data = { ü: 'é€😀' };
  const bytes = Buffer.byteLength('ü') + Buffer.byteLength(JSON.stringify(data.ü));
  await expect(storeOf(bytes).create(data)).resolves.toMatchObject({ data });
  await expect(storeOf(bytes - 1).create(data)).rejects.toMatchObject(tooLarge);
  await expect(storeOf(Number.POSITIVE_INFINITY).create(data)).resolves.toMatchObject({ data });
});

test('A session that is too large already can be made smaller.', async () => {
  const backend = memoryBackend();
  const session = await storeOf(1000, backend).create({ a: 'x'.repeat(300), b: 'x'.repeat(300) });
  const store = storeOf(400, backend);
  await expect(store.patch(session, { c: 1 })).rejects.toMatchObject(tooLarge);
  await expect(store.patch(session, { a: 'x' })).resolves.toMatchObject({ data: { a: 'x' } });
  await expect(store.update(session.id, () => ({ c: 1 }))).resolves.toMatchObject({ data: { c: 1 } });
});

test('A session of a framework that is too large is refused as well.', async () => {
  const store = new ExpressSessionStore(storeOf(100));
  const data = { cookie: {}, large: 'x'.repeat(100) } as never;
  const error = await new Promise(resolve => {
    store.set('an id', data, resolve);
  });
  expect(error).toMatchObject(tooLarge);
});

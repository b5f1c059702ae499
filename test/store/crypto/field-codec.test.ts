import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { memoryBackend, sessionStore, type SessionStoreOptions } from '../../../src/store/index.ts';

const tag = [randomBytes(32)];
const data = [{ id: 'k1', key: randomBytes(32) }];

/** Instances of one application that has just got `encrypt: 'from-now-on'`. */
function instances() {
  const backend = memoryBackend();
  const instance = (options: Partial<SessionStoreOptions> = {}) =>
    sessionStore<Record<string, number>>(backend, { keys: { tag, data }, ...options });
  return {
    before: instance(),
    without: instance({ keys: { tag } }),
    after: instance({ encrypt: 'from-now-on' }),
  };
}

test('An instance that does not encrypt yet reads what another instance has encrypted, if it has the key.', async () => {
  const { before, after, without } = instances();
  const { id } = await after.create({ a: 1 });
  const session = await before.get(id);
  expect(session?.data).toEqual({ a: 1 });
  if (session !== null) await before.patch(session, { b: 2 });
  await after.update(id, ({ a = 0, ...others }) => ({ ...others, a: a + 1, c: 3 }));
  expect((await before.get(id))?.data).toEqual({ a: 2, b: 2, c: 3 });
  expect((await after.get(id))?.data).toEqual({ a: 2, b: 2, c: 3 });
  await expect(without.get(id)).rejects.toThrow(/sealed.*keys\.data/);
});

test('What an instance that does not encrypt stores is plain.', async () => {
  const { before, without } = instances();
  const { id } = await before.create({ a: 1 });
  expect((await without.get(id))?.data).toEqual({ a: 1 });
});

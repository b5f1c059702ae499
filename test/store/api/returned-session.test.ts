import { randomBytes } from 'node:crypto';
import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { memoryBackend } from '../../../src/store/memory/memory-backend.ts';
import { sessionStore } from '../../../src/store/index.ts';

const store = sessionStore(memoryBackend(), { keys: { tag: [randomBytes(32)] } });

test.each([
  ['frozen', Object.freeze],
  ['sealed', Object.seal],
  ['closed to new properties', Object.preventExtensions],
])('A session that was written and is then %s has its data, the same ones each time.', async (_, close) => {
  const session = await store.create({ a: 1, b: [2] });
  close(session);
  expect(session.data).toEqual({ a: 1, b: [2] });
  expect(session.data).toBe(session.data);
  expect(structuredClone(session).data).toEqual({ a: 1, b: [2] });
});

test('The data of a frozen session are not assigned to, whether they were read or written.', async () => {
  const written = await store.create({ a: 1 });
  const read = await store.get(written.id);
  for (const session of [written, read]) {
    Object.freeze(session);
    expect(() => Object.assign(session ?? {}, { data: {} })).toThrow(TypeError);
    expect(session?.data).toEqual({ a: 1 });
  }
});

test('A session that was written shows its data where it is printed, spread or made JSON.', async () => {
  const printed = inspect(await store.create({ cart: ['tea'] }));
  expect(printed).toContain("data: { cart: [ 'tea' ] }");
  expect(printed).not.toContain('Getter');
  expect({ ...(await store.create({ a: 1 })) }).toMatchObject({ data: { a: 1 } });
  expect(JSON.stringify(await store.create({ a: 1 }))).toContain('"data":{"a":1}');
});

test('A printed session or store has no usable id, and no key.', async () => {
  const session = await store.create({ a: 1 }, { user: 'ann' });
  const all = { showHidden: true, depth: 9 };
  const { id } = session;
  for (const printed of [session, await store.get(id), await store.rotate(session)])
    for (const text of [inspect(printed, all), inspect([printed]), JSON.stringify({ printed })]) {
      expect(text).toContain('of its hash');
      expect(text).not.toContain(printed && 'id' in printed ? printed.id : id);
      expect(text).not.toContain(id.slice(0, 12));
    }
  for (const text of [inspect(store, all), inspect(memoryBackend(), all), JSON.stringify(store)])
    expect(text).not.toMatch(/secret of at least/);
});

import { expect, test } from 'vitest';
import { sessionsOn } from './support/sessions.ts';

// Whatever begins with a dollar sign is a text here, and nothing that the server computes.
const texts = ['$d', '$$NOW', '$$ROOT', '$u', '$literal', '$e.x', '$'];

test.each(texts)('the text %s is itself in each place where a text can stand', async text => {
  const { store, collection } = await sessionsOn();
  const login = await store.beginLogIn(text);
  const session = await store.create({ [text]: text }, { user: text, login, device: text });
  expect(await store.list(text)).toMatchObject([{ handle: session.handle, device: text }]);
  const patched = await store.patch(session, { [text]: [text], other: { [text]: text } });
  expect(patched).toMatchObject({ user: text, device: text });
  expect((await store.get(session.id))?.data).toEqual({ [text]: [text], other: { [text]: text } });
  await store.update(session.id, data => ({ other: data['other'], [`${text}.more`]: text }));
  expect((await store.get(session.id))?.data).toEqual({ other: { [text]: text }, [`${text}.more`]: text });
  const [stored] = await collection.find({ u: { $eq: text } }).toArray();
  expect(stored).toMatchObject({ u: text, w: text });
  expect(await store.destroyAll(text)).toBe(1);
});

test('a user is not matched by what a query would match', async () => {
  const { store } = await sessionsOn();
  const session = await store.create({}, { user: 'user-1' });
  const others: unknown[] = [{ $ne: '' }, { $gt: '' }, ['user-1']];
  for (const user of others) {
    await expect(store.destroyAll(user as string)).rejects.toMatchObject({
      code: 'ERR_SESSION_GUARD_INVALID_ARGUMENT',
    });
  }
  expect(await store.get(session.id)).not.toBeNull();
});

test('fields of any name are kept, changed and removed by themselves', async () => {
  const { store } = await sessionsOn();
  const names = ['a.b', 'a', '$x', '', '__proto__', 'constructor', '0', 'nul\0', '%2E', 'grüße', '_'];
  const data = Object.fromEntries(names.map((name, n) => [name, n]));
  const session = await store.create(data);
  expect((await store.get(session.id))?.data).toEqual(data);
  expect(Object.keys((await store.get(session.id))?.data ?? {})).toHaveLength(names.length);
  for (const name of names) {
    await store.patch(session, Object.fromEntries([[name, 'changed']]));
    const { [name]: changed, ...rest } = (await store.get(session.id))?.data ?? {};
    expect([name, changed, Object.keys(rest).length]).toEqual([name, 'changed', names.length - 1]);
    await store.patch(session, Object.fromEntries([[name, data[name]]]));
  }
  await store.patch(session, {}, { unset: names.slice(1) });
  expect((await store.get(session.id))?.data).toEqual({ 'a.b': 0 });
});

test('a document that something else has changed is an error of its session alone, and never "no session"', async () => {
  const { store, collection } = await sessionsOn();
  const [good, bad] = await Promise.all([store.create({ n: 1 }), store.create({ n: 2 })]);
  await collection.updateOne({ v: bad.version }, { $set: { e: 'tomorrow' } });
  const [found, failure] = await Promise.allSettled([store.get(good.id), store.get(bad.id)]);
  expect(found).toMatchObject({ status: 'fulfilled', value: { data: { n: 1 } } });
  expect(failure).toMatchObject({
    status: 'rejected',
    reason: { code: 'ERR_SESSION_GUARD_STORE_UNREADABLE' },
  });
});

test('a session that is too large for a document is refused before it is sent, or by the server: nothing was written', async () => {
  const { store, sent } = await sessionsOn({ store: { maxBytes: Infinity } });
  const code = 'ERR_SESSION_GUARD_STORE_TOO_LARGE';
  const session = await store.create({ half: 'x'.repeat(9_000_000) });
  sent.length = 0;
  await expect(store.create({ all: 'x'.repeat(17_000_000) })).rejects.toMatchObject({ code });
  await expect(store.patch(session, { all: 'x'.repeat(17_000_000) })).rejects.toMatchObject({ code });
  expect(sent).toEqual([]);
  await expect(store.patch(session, { other: 'y'.repeat(9_000_000) })).rejects.toMatchObject({ code });
  expect(Object.keys((await store.get(session.id))?.data ?? {})).toEqual(['half']);
});

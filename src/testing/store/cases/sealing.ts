import { deepStrictEqual, ok, rejects, strictEqual } from 'node:assert';
import { codes } from '../../../errors/codes.ts';
import { changeOf } from '../../../store/backend/change.ts';
import type { SessionRecord } from '../../../store/backend/session-record.ts';
import { keyOfId } from '../../../store/ids/session-id.ts';
import type { DataKey } from '../../../store/options/keys.ts';
import { call, type Ground, type Store } from '../support/ground.ts';
import { aSecret, living } from '../support/samples.ts';
import type { ContractCase } from '../options.ts';

const unreadable = { code: codes.storeUnreadable };

/** Data that is encrypted before it is stored, and data that cannot be decrypted. */
export function sealingCases(ground: Ground): readonly ContractCase[] {
  return [
    {
      title:
        'Encrypted sessions are written and read like others, and the stored texts do not show the data.',
      run: () => sealed(ground),
    },
    {
      title:
        'With another data key, or without one, a read fails and never returns no session; older keys still decrypt.',
      run: () => otherKeys(ground),
    },
    {
      title: 'An encrypted field in the place of another field, or of another session, is an error.',
      run: () => swapped(ground),
    },
    {
      title: 'A session that cannot be decrypted does not fail the other sessions of the same read.',
      run: () => oneOfMany(ground),
    },
  ];
}

const userKeySecret = aSecret();

function sealedWith(ground: Ground, ...data: DataKey[]): Promise<Store> {
  return ground.store({ keys: { tag: [userKeySecret], data }, encrypt: true });
}

function aDataKey(id: string): DataKey {
  return { id, key: aSecret() };
}

async function stored(ground: Ground, id: string): Promise<SessionRecord> {
  const key = keyOfId(id);
  ok(key);
  const [found] = await (await ground.backend()).read([key], call());
  ok(found && !(found instanceof Error));
  return found.record;
}

async function sealed(ground: Ground): Promise<void> {
  const store = await sealedWith(ground, aDataKey('k1'));
  const session = await store.create({ a: 'a secret text', '': { list: [] } });
  const patched = living(await store.patch(session, { b: 'a secret text' }, { unset: [''] }));
  const updated = living(await store.update(session.id, data => ({ ...data, c: 1 })));
  deepStrictEqual(patched.data, { a: 'a secret text', b: 'a secret text' });
  deepStrictEqual(living(await store.get(session.id)).data, updated.data);
  const rotated = living(await store.rotate(updated));
  deepStrictEqual(living(await store.get(rotated.id)).data, { a: 'a secret text', b: 'a secret text', c: 1 });
  const texts = [...(await stored(ground, rotated.id)).fields.values()].join(' ');
  ok(!texts.includes('secret'), 'The stored texts show the data.');
}

async function otherKeys(ground: Ground): Promise<void> {
  const [older, newer] = [aDataKey('old'), aDataKey('new')];
  const before = await sealedWith(ground, older);
  const session = await before.create({ a: 1 });
  for (const keys of [[newer], [aDataKey('old')]]) {
    const store = await sealedWith(ground, ...keys);
    await rejects(store.get(session.id), unreadable);
    await rejects(
      store.update(session.id, data => data),
      unreadable,
    );
  }
  const after = await sealedWith(ground, newer, older);
  const patched = living(await after.patch(living(await after.get(session.id)), { b: 2 }));
  deepStrictEqual(patched.data, { a: 1, b: 2 });
  await rejects(before.get(session.id), unreadable, 'A field that a newer key has encrypted was left out.');
  strictEqual(await before.destroy(session.id), true, 'A session that cannot be decrypted cannot be ended.');
}

async function swapped(ground: Ground): Promise<void> {
  const store = await sealedWith(ground, aDataKey('k1'));
  const backend = await ground.backend();
  const [one, two] = [await store.create({ role: 'user', name: 'x' }), await store.create({ role: 'admin' })];
  const [own, other] = [await stored(ground, one.id), await stored(ground, two.id)];
  for (const text of [other.fields.get('role'), own.fields.get('name'), 'k1:', 'k1:AAAA', '"plain"']) {
    const change = changeOf({ set: new Map([['role', text ?? '']]) });
    await backend.write(own, change, call());
    await rejects(store.get(one.id), unreadable);
  }
  strictEqual(living(await store.get(two.id)).data['role'], 'admin');
}

async function oneOfMany(ground: Ground): Promise<void> {
  const keys = [aDataKey('k1'), aDataKey('k2')] as const;
  const [first, second] = [await sealedWith(ground, keys[0]), await sealedWith(ground, keys[1])];
  const fine = await Promise.all([1, 2, 3].map(n => first.create({ n })));
  const bad = await second.create({ n: 4 });
  const ids = [fine[0]?.id, bad.id, fine[1]?.id, fine[2]?.id];
  const read = await Promise.allSettled(ids.map(id => first.get(id ?? '')));
  const outcomes = read.map(one => (one.status === 'fulfilled' ? one.value?.data['n'] : 'error'));
  deepStrictEqual(outcomes, [1, 'error', 2, 3]);
}

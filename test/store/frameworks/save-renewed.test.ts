import { expect, test } from 'vitest';
import { contextOf } from '../../../src/store/api/guarded-store.ts';
import { keyOfId } from '../../../src/store/ids/session-id.ts';
import { saveRenewed } from '../../../src/store/frameworks/session/save-renewed.ts';
import type { Live, SessionBackend } from '../../../src/store/index.ts';
import { load } from '../../../src/store/operations/load.ts';
import { inSteps } from '../../../src/testing/store/support/samples.ts';
import { gate } from '../../support/gate.ts';
import { altered, storeOn } from '../support/altered.ts';

const change = { set: new Map([['b', '2']]) };

async function sessionOn(backend: SessionBackend) {
  const store = storeOn(backend, { timeoutMS: 1000 });
  const session = await store.create({ a: 1 }, { user: 'anna' });
  const parts = contextOf(store);
  const key = keyOfId(session.id);
  const from = parts && key && (await load(parts, key, { refresh: false }));
  if (parts === undefined || from === undefined) throw new Error('there is no session');
  return { store, session, save: () => saveRenewed(parts, from, change) };
}

function alive(session: unknown): Live<Record<string, unknown>> {
  return session as Live<Record<string, unknown>>;
}

test('A save during a rotation waits for the new id, and is written under it.', async () => {
  const [linked, mayInsert] = [gate(), gate()];
  let inserts = 0;
  const backend = altered(inner => ({
    async insert(session, call) {
      inserts += 1;
      if (inserts > 1) {
        linked.open();
        await mayInsert.opened;
      }
      return inner.insert(session, call);
    },
    async read(keys, call) {
      const found = await inner.read(keys, call);
      // Somebody has seen that it is not there yet.
      if (inserts > 1 && found.includes(undefined)) mayInsert.open();
      return found;
    },
  }));
  const { store, session, save } = await sessionOn(inSteps(backend));
  const rotation = store.rotate(session, { graceSeconds: 60 });
  await linked.opened;
  expect(await save()).toMatchObject({ outcome: 'saved' });
  const { id } = alive(await rotation);
  expect(await store.get(id)).toMatchObject({ data: { a: 1, b: 2 } });
});

test('A chain of new ids is followed to its end.', async () => {
  const { store, session, save } = await sessionOn(altered(() => ({})));
  const second = alive(await store.rotate(session, { graceSeconds: 60 }));
  const third = alive(await store.rotate(second, { graceSeconds: 60 }));
  expect(await save()).toMatchObject({
    outcome: 'saved',
    loaded: { key: { hash: keyOfId(session.id)?.hash } },
  });
  expect(await store.get(third.id)).toMatchObject({ data: { a: 1, b: 2 } });
});

test('Nothing is written if a user has logged in with the session, or if it has ended.', async () => {
  for (const [what, end] of [
    ['log-in', 'rotate'],
    ['log-out', 'destroy'],
  ] as const) {
    const { store, session, save } = await sessionOn(altered(() => ({})));
    const renewed = alive(
      await store.rotate(session, { graceSeconds: 60, ...(end === 'rotate' && { user: 'anna' }) }),
    );
    if (end === 'destroy') await store.destroy(renewed.id);
    expect(await save(), what).toMatchObject({ outcome: 'ended' });
    expect((await store.get(renewed.id))?.data, what).toEqual(end === 'rotate' ? { a: 1 } : undefined);
  }
});

import { deepStrictEqual, ok, rejects, strictEqual } from 'node:assert';
import { codes } from '../../../errors/codes.ts';
import type { SessionBackend } from '../../../store/backend/backend.ts';
import type { Live } from '../../../store/api/session-store.ts';
import type { Data, Ground, Store } from '../support/ground.ts';
import { aUser, inSteps, living } from '../support/samples.ts';
import type { ContractCase } from '../options.ts';

/** If a process dies in the middle of a rotation, its session can still be used and ended. */
export function halfDoneCases(ground: Ground): readonly ContractCase[] {
  return [
    {
      title:
        'A rotation that stopped before the new session was stored leaves the old session, which can be written again after a while.',
      run: () => beforeTheInsert(ground),
    },
    {
      title:
        'A rotation that stopped after the new session was stored leaves one session, which ends under both ids.',
      run: () => afterTheInsert(ground),
    },
    {
      title: 'An alias of an ended session is never taken for an unfinished rotation.',
      run: () => aliasOfTheDead(ground),
    },
    {
      title:
        'A log-in that stopped after the new session was stored does not give the new session to the old id.',
      run: () => logInAfterTheInsert(ground),
    },
  ];
}

/** A process that dies when the new session should be stored, or when the old one should be removed. */
function dying(backend: SessionBackend, at: 'insert' | 'remove'): SessionBackend {
  return new Proxy(inSteps(backend), {
    get(target, name) {
      if (name === at) return () => Promise.reject(new Error('The process dies here.'));
      return Reflect.get(target, name, target) as unknown;
    },
  });
}

/** A rotation may take twice this time, by the store that finds it half done. */
function patience(ground: Ground): { readonly timeoutMS: number } {
  return { timeoutMS: ground.timeCanPass ? 10_000 : 400 };
}

/** No rotation can still be on its way. */
async function untilNoneComes(ground: Ground): Promise<void> {
  await ground.pass(3 * patience(ground).timeoutMS);
}

async function halfDone(ground: Ground, at: 'insert' | 'remove') {
  const user = aUser();
  const store = await ground.store();
  const dead = ground.storeOn(dying(await ground.backend(), at));
  const session = await store.create({ a: 1 }, { user });
  await rejects(dead.rotate(session), { code: codes.storeUnavailable });
  return { user, store, later: await ground.store(patience(ground)), session };
}

async function beforeTheInsert(ground: Ground): Promise<void> {
  const { user, store, later, session } = await halfDone(ground, 'insert');
  deepStrictEqual((await store.get(session.id))?.data, { a: 1 });
  strictEqual((await store.list(user)).length, 1);
  if (ground.clockIsSettable)
    ok(
      'ended' in (await store.patch(session, { b: 1 })),
      'It was written while the rotation may be on its way.',
    );
  await untilNoneComes(ground);
  const patched = living(await later.patch(session, { b: 2 }), 'It can never be written again.');
  deepStrictEqual(patched.data, { a: 1, b: 2 });
  const second = await halfDone(ground, 'insert');
  await untilNoneComes(ground);
  const rotated = living(await later.rotate(second.session), 'It can never be rotated again.');
  deepStrictEqual((await store.get(rotated.id))?.data, { a: 1 });
  const third = await halfDone(ground, 'insert');
  strictEqual(await store.destroyByHandle(third.user, third.session.handle), true);
  strictEqual(await store.get(third.session.id), null);
}

type End = (store: Store, session: Live<Data>, user: string) => Promise<unknown>;

const ends: readonly End[] = [
  (store, { id }) => store.destroy(id),
  (store, { handle }, user) => store.destroyByHandle(user, handle),
  (store, _, user) => store.destroyAll(user),
];

async function afterTheInsert(ground: Ground): Promise<void> {
  const later = await ground.store(patience(ground));
  const ended: Live<Data>[] = [];
  for (const end of ends) {
    const { user, store, session } = await halfDone(ground, 'remove');
    deepStrictEqual((await store.get(session.id))?.data, { a: 1 });
    strictEqual((await store.list(user)).length, 1, 'One session is listed twice.');
    ok(await end(store, session, user));
    strictEqual(await store.get(session.id), null);
    deepStrictEqual(await store.list(user), []);
    ended.push(session);
  }
  await untilNoneComes(ground);
  for (const session of ended)
    ok('ended' in (await later.patch(session, { a: 2 })), 'It was written after its end.');
}

async function aliasOfTheDead(ground: Ground): Promise<void> {
  const [here, there] = await ground.stores();
  const later = await ground.store(patience(ground));
  const old = await here.create({ a: 1 });
  const rotated = living(await here.rotate(old, { graceSeconds: 600 }));
  strictEqual(await there.destroy(rotated.id), true);
  await untilNoneComes(ground);
  ok('ended' in (await later.patch(old, { a: 2 })), 'A session that has ended was written by its old id.');
  ok('ended' in (await later.rotate(old)));
  strictEqual(await there.get(old.id), null);
}

async function logInAfterTheInsert(ground: Ground): Promise<void> {
  const user = aUser();
  const store = await ground.store();
  const dead = ground.storeOn(dying(await ground.backend(), 'remove'));
  const visitor = await store.create({ a: 1 });
  await rejects(dead.rotate(visitor, { user }), { code: codes.storeUnavailable });
  strictEqual(
    await store.get(visitor.id),
    null,
    'Who knew the id before the log-in has the session after it.',
  );
  strictEqual(await store.destroyAll(user), 1);
}

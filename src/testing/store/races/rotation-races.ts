import { deepStrictEqual, ok, strictEqual } from 'node:assert';
import type { Ended, Live } from '../../../store/api/session-store.ts';
import type { Data, Ground, Store } from '../support/ground.ts';
import { aUser, isLiving, living } from '../support/samples.ts';
import { beside, race } from './race.ts';

type Test = (pair: readonly [Store, Store], ground: Ground) => Promise<void>;

export const rotationRaces: Record<string, Test> = {
  'during destroy of the old id, the session is dead if destroy ended it, and goes on otherwise.':
    besideDestroy,
  'during destroy of the id of an alias, the session is dead if destroy ended it.': besideDestroyOfAnAlias,
  'during destroyByHandle, no session stays alive.': besideDestroyByHandle,
  'during destroyAll, no session stays alive.': besideDestroyAll,
  'during destroyAll except this session, the session goes on.': besideDestroyAllExcept,
  'during a second rotation, one of the two goes on.': besideRotation,
  'during a patch, the patch is kept or refused.': besidePatch,
  'a log-in by it during destroyAll leaves no live session.': logInBesideDestroyAll,
};

async function besideDestroy([here, there]: readonly [Store, Store], ground: Ground): Promise<void> {
  await race(ground, async number => {
    const old = await here.create({ a: 1 });
    const options = number % 2 === 0 ? {} : { graceSeconds: 60 };
    const [rotated, wasAlive] = await beside(
      number,
      () => here.rotate(old, options),
      () => there.destroy(old.id),
    );
    strictEqual(await here.get(old.id), null, 'The old id is alive after destroy.');
    const alive = isLiving(rotated) && (await there.get(rotated.id)) !== null;
    strictEqual(
      alive,
      !wasAlive,
      `destroy says ${wasAlive}, and the session is ${alive ? 'alive' : 'dead'}.`,
    );
  });
}

async function besideDestroyOfAnAlias([here, there]: readonly [Store, Store], ground: Ground): Promise<void> {
  await race(ground, async number => {
    const oldest = await here.create({ a: 1 });
    const old = living(await here.rotate(oldest, { graceSeconds: 60 }));
    const [rotated, wasAlive] = await beside(
      number,
      () => here.rotate(old),
      () => there.destroy(oldest.id),
    );
    deepStrictEqual([await here.get(oldest.id), await here.get(old.id)], [null, null]);
    const alive = isLiving(rotated) && (await there.get(rotated.id)) !== null;
    strictEqual(
      alive,
      !wasAlive,
      `destroy says ${wasAlive}, and the session is ${alive ? 'alive' : 'dead'}.`,
    );
  });
}

async function besideDestroyByHandle([here, there]: readonly [Store, Store], ground: Ground): Promise<void> {
  await race(ground, async number => {
    const user = aUser();
    const old = await here.create({ a: 1 }, { user });
    const [rotated, wasAlive] = await beside(
      number,
      () => here.rotate(old, number % 2 === 0 ? {} : { graceSeconds: 60 }),
      () => there.destroyByHandle(user, old.handle),
    );
    strictEqual(wasAlive, true, 'destroyByHandle says that a session was over that was being rotated.');
    await allDead(here, user, [old, rotated]);
  });
}

async function besideDestroyAll([here, there]: readonly [Store, Store], ground: Ground): Promise<void> {
  await race(ground, async number => {
    const user = aUser();
    const old = await here.create({ a: 1 }, { user });
    const [rotated, count] = await beside(
      number,
      () => here.rotate(old, number % 2 === 0 ? {} : { graceSeconds: 60 }),
      () => there.destroyAll(user),
    );
    strictEqual(count, 1);
    await allDead(here, user, [old, rotated]);
  });
}

async function besideDestroyAllExcept([here, there]: readonly [Store, Store], ground: Ground): Promise<void> {
  await race(ground, async number => {
    const user = aUser();
    const old = await here.create({ a: 1 }, { user });
    const other = await here.create({ a: 1 }, { user });
    const [rotated, count] = await beside(
      number,
      () => here.rotate(old),
      () => there.destroyAll(user, { except: old.handle }),
    );
    strictEqual(count, 1);
    living(await there.get(living(rotated).id), 'The session that was excepted has ended.');
    deepStrictEqual([await here.get(old.id), await here.get(other.id)], [null, null]);
    deepStrictEqual(
      (await there.list(user)).map(({ handle }) => handle),
      [old.handle],
    );
  });
}

async function besideRotation([here, there]: readonly [Store, Store], ground: Ground): Promise<void> {
  await race(ground, async number => {
    const user = aUser();
    const old = await here.create({ a: 1 }, { user });
    const rotated = await beside(
      number,
      () => here.rotate(old),
      () => there.rotate(old),
    );
    const [winner, ...more] = rotated.filter(isLiving);
    ok(winner && more.length === 0, `Of two rotations ${more.length + (winner ? 1 : 0)} have gone on.`);
    living(await there.get(winner.id));
    strictEqual(await here.get(old.id), null);
    strictEqual((await here.list(user)).length, 1);
  });
}

async function besidePatch([here, there]: readonly [Store, Store], ground: Ground): Promise<void> {
  await race(ground, async number => {
    const old = await here.create({ a: 1 });
    const [rotated, patched] = await beside(
      number,
      () => here.rotate(old),
      () => there.patch(old, { b: 2 }),
    );
    const { data } = living(await there.get(living(rotated).id));
    deepStrictEqual(data, isLiving(patched) ? { a: 1, b: 2 } : { a: 1 }, 'A patch was lost by a rotation.');
    strictEqual(await there.get(old.id), null);
  });
}

async function logInBesideDestroyAll([here, there]: readonly [Store, Store], ground: Ground): Promise<void> {
  await race(ground, async number => {
    const user = aUser();
    const visitor = await here.create({ a: 1 });
    const login = await here.beginLogIn(user);
    const [rotated] = await beside(
      number,
      () => here.rotate(visitor, { user, login }),
      () => there.destroyAll(user),
    );
    await allDead(here, user, [rotated]);
  });
}

async function allDead(store: Store, user: string, sessions: readonly (Live<Data> | Ended)[]): Promise<void> {
  const alive = await Promise.all(sessions.filter(isLiving).map(({ id }) => store.get(id)));
  deepStrictEqual(
    alive.filter(found => found !== null),
    [],
    'A session is alive that has ended.',
  );
  deepStrictEqual(await store.list(user), []);
}

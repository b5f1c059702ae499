import { deepStrictEqual, ok, strictEqual } from 'node:assert';
import type { Live } from '../../../store/api/session-store.ts';
import type { Data, Ground, Store } from '../support/ground.ts';
import type { ContractCase } from '../options.ts';
import { beside, race } from './race.ts';
import { aUser } from '../support/samples.ts';

/** An action of a request on a session while another request ends it. */
interface Use {
  readonly what: string;
  readonly use: (store: Store, session: Live<Data>) => Promise<unknown>;
}

const uses: readonly Use[] = [
  { what: 'A refresh', use: (store, { id }) => store.get(id) },
  { what: 'A patch', use: (store, session) => store.patch(session, { a: 2 }) },
  { what: 'An update', use: (store, { id }) => store.update(id, data => ({ ...data, b: 1 })) },
];

/** Each read is a refresh, too. */
const always = { idleSeconds: 1800, refreshEverySeconds: 0 };

/** A request in flight never logs a user in again who was logged out. */
export function raceCases(ground: Ground): readonly ContractCase[] {
  return [
    ...uses.map(({ what, use }) => ({
      title: `${what} during destroy leaves no live session.`,
      run: () => besideDestroy(ground, use),
    })),
    ...uses.map(({ what, use }) => ({
      title: `${what} during destroyAll leaves no live session.`,
      run: () => besideDestroyAll(ground, use),
    })),
    {
      title: 'Five sessions, each refreshed and patched, are all dead after one destroyAll.',
      run: () => fiveBesideDestroyAll(ground),
    },
    {
      title: 'destroyAll during destroyAll leaves no live session.',
      run: () => twoDestroyAlls(ground),
    },
    {
      title: 'destroyAll leaves the session whose handle is excepted, whatever it does meanwhile.',
      run: () => exceptOne(ground),
    },
  ];
}

async function besideDestroy(ground: Ground, use: Use['use']): Promise<void> {
  const [here, there] = await ground.stores(always);
  await race(ground, async number => {
    const session = await here.create({ a: 1 });
    const [, wasAlive] = await beside(
      number,
      () => use(here, session),
      () => there.destroy(session.id),
    );
    strictEqual(wasAlive, true);
    strictEqual(await here.get(session.id), null, 'It is alive after destroy.');
  });
}

async function besideDestroyAll(ground: Ground, use: Use['use']): Promise<void> {
  const [here, there] = await ground.stores(always);
  await race(ground, async number => {
    const user = aUser();
    const session = await here.create({ a: 1 }, { user });
    const [, count] = await beside(
      number,
      () => use(here, session),
      () => there.destroyAll(user),
    );
    strictEqual(count, 1);
    strictEqual(await here.get(session.id), null, 'It is alive after destroyAll.');
    deepStrictEqual(await there.list(user), []);
  });
}

async function fiveBesideDestroyAll(ground: Ground): Promise<void> {
  const [here, there] = await ground.stores(always);
  await race(ground, async number => {
    const user = aUser();
    const sessions = await Promise.all(Array.from({ length: 5 }, () => here.create({ a: 1 }, { user })));
    const work = () => Promise.all(sessions.flatMap(one => uses.map(({ use }) => use(here, one))));
    const [, count] = await beside(number, work, () => there.destroyAll(user));
    strictEqual(count, 5);
    const alive = await Promise.all(sessions.map(({ id }) => here.get(id)));
    deepStrictEqual(alive, Array(5).fill(null), 'Some are alive after destroyAll.');
    deepStrictEqual(await there.list(user), []);
  });
}

async function twoDestroyAlls(ground: Ground): Promise<void> {
  const [here, there] = await ground.stores();
  await race(ground, async number => {
    const user = aUser();
    const sessions = await Promise.all([1, 2, 3].map(() => here.create({}, { user })));
    const counts = await beside(
      number,
      () => here.destroyAll(user),
      () => there.destroyAll(user),
    );
    ok(
      counts[0] + counts[1] >= 3 && Math.max(...counts) <= 3,
      `They have ended ${counts.join(' and ')} of 3.`,
    );
    const alive = await Promise.all(sessions.map(({ id }) => here.get(id)));
    deepStrictEqual(alive, [null, null, null]);
  });
}

async function exceptOne(ground: Ground): Promise<void> {
  const [here, there] = await ground.stores(always);
  await race(ground, async number => {
    const user = aUser();
    const stays = await here.create({ a: 1 }, { user });
    const goes = await here.create({ a: 1 }, { user });
    const [, count] = await beside(
      number,
      () => Promise.all([here.patch(stays, { a: 2 }), here.patch(goes, { a: 2 })]),
      () => there.destroyAll(user, { except: stays.handle }),
    );
    strictEqual(count, 1);
    strictEqual((await here.get(stays.id))?.data['a'], 2, 'The one that was excepted has ended.');
    strictEqual(await here.get(goes.id), null);
    deepStrictEqual(
      (await there.list(user)).map(({ handle }) => handle),
      [stays.handle],
    );
  });
}

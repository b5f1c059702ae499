import { deepStrictEqual, notStrictEqual, ok, strictEqual } from 'node:assert';
import type { Ground, Store } from '../support/ground.ts';
import { aUser, inSteps, living } from '../support/samples.ts';
import type { ContractCase } from '../options.ts';
import { rotationRaces } from '../races/rotation-races.ts';

/** Two processes. */
export type Pair = readonly [Store, Store];

/** A session has only one id at a time. */
export function rotationCases(ground: Ground): readonly ContractCase[] {
  const asItIs = () => ground.stores();
  const stepwise = async (): Promise<Pair> => {
    const [first, second] = await ground.backends();
    return [ground.storeOn(inSteps(first)), ground.storeOn(inSteps(second))];
  };
  // A back end without `rotate` always does it in steps.
  const inOne = async () => ((await ground.backend()).rotate === undefined ? undefined : asItIs());
  return [
    ...variant(ground, 'Rotation in one step', inOne),
    ...variant(ground, 'Rotation in steps', stepwise),
  ];
}

type Test = (pair: Pair, ground: Ground) => Promise<void>;

function variant(
  ground: Ground,
  name: string,
  pairOf: () => Promise<Pair | undefined>,
): readonly ContractCase[] {
  const tests: Record<string, Test> = { ...results, ...rotationRaces };
  return Object.entries(tests).map(([title, test]) => ({
    title: `${name}: ${title}`,
    run: async () => {
      const pair = await pairOf();
      if (pair !== undefined) await test(pair, ground);
    },
  }));
}

const results: Record<string, Test> = {
  'the session goes on under the new id, and the old id is dead.': goesOn,
  'a log-in begins a new session with the old data.': logsIn,
  'during the grace the old id reads the data of the rotation and writes nothing; after the grace it reads nothing.':
    grace,
  'an old id does not read a session that has ended under the new id.': noGraceForTheDead,
  'destroyAll except a session leaves it, also where a log-in has given it another handle during the grace.':
    exceptTheNewOne,
  'an end of the old id during the grace ends the session.': endsTheNewOne,
};

async function goesOn([here, there]: Pair): Promise<void> {
  const user = aUser();
  const options = { user, device: 'a device', idleSeconds: 77, absoluteSeconds: 777 };
  const old = await here.create({ a: 1, list: [] }, options);
  const rotated = living(await here.rotate(old));
  notStrictEqual(rotated.id, old.id);
  const { handle, createdAt, authenticatedAt, absoluteEnd, device, data } = old;
  const same = { handle, createdAt, authenticatedAt, absoluteEnd, device, data, user };
  const { id, version, expiresAt, ...kept } = living(await there.get(rotated.id, { refresh: false }));
  deepStrictEqual(kept, same);
  deepStrictEqual([id, version, expiresAt], [rotated.id, rotated.version, rotated.expiresAt]);
  ok(expiresAt - createdAt >= 77_000, 'Its idle time does not begin again.');
  strictEqual(await there.get(old.id), null, 'The old id is alive.');
  strictEqual(await there.destroy(old.id), false);
  ok('ended' in (await here.patch(old, { a: 2 })));
  ok('ended' in (await here.rotate(old)));
  deepStrictEqual(
    (await there.list(user)).map(info => info.handle),
    [handle],
  );
  strictEqual(living(await there.patch(rotated, { a: 3 })).data['a'], 3);
}

async function logsIn([here, there]: Pair): Promise<void> {
  const user = aUser();
  const visitor = await here.create({ cart: ['tea'] }, { absoluteSeconds: 2000 });
  const login = await here.beginLogIn(user);
  const session = living(await there.rotate(visitor, { user, login }));
  deepStrictEqual([session.user, session.data], [user, { cart: ['tea'] }]);
  notStrictEqual(session.handle, visitor.handle);
  ok(session.absoluteEnd > visitor.absoluteEnd, 'It has not begun again.');
  strictEqual(
    await here.get(visitor.id),
    null,
    'Whoever knew the id before the log-in has the session after it.',
  );
  deepStrictEqual(
    (await here.list(user)).map(({ handle }) => handle),
    [session.handle],
  );
  strictEqual(await here.destroyAll(user), 1);
  strictEqual(await there.get(session.id), null);
}

async function grace([here, there]: Pair, ground: Ground): Promise<void> {
  const user = aUser();
  const old = await here.create({ a: 1 }, { user });
  const graceSeconds = ground.timeCanPass ? 600 : (3 * ground.shortMS) / 1000;
  const rotated = living(await here.rotate(old, { graceSeconds }));
  await there.patch(rotated, { a: 2, role: 'admin' });
  const byOldId = living(await there.get(old.id), 'The old id was not read during the grace.');
  deepStrictEqual(
    [byOldId.data, byOldId.handle],
    [{ a: 1 }, old.handle],
    'The old id reads data that was written after the rotation.',
  );
  ok('ended' in (await there.patch(byOldId, { a: 3 })), 'The session was written by its old id.');
  ok('ended' in (await there.rotate(byOldId)));
  strictEqual((await there.list(user)).length, 1);
  const again = living(await there.rotate(rotated, { graceSeconds }));
  strictEqual(
    (await here.get(old.id))?.handle,
    old.handle,
    'The old id does not lead on over two rotations.',
  );
  await ground.pass(2 * graceSeconds * 1000);
  strictEqual(await here.get(old.id), null, 'The old id was read after the grace.');
  strictEqual(await here.get(rotated.id), null);
  strictEqual((await here.get(again.id))?.data['a'], 2);
}

async function noGraceForTheDead([here, there]: Pair): Promise<void> {
  const user = aUser();
  for (const end of [
    (id: string) => there.destroy(id),
    () => there.destroyAll(user),
    (_: string, handle: string) => there.destroyByHandle(user, handle),
  ]) {
    const old = await here.create({ a: 1 }, { user });
    const rotated = living(await here.rotate(old, { graceSeconds: 600 }));
    ok(await end(rotated.id, rotated.handle), 'To end a session says that it was over.');
    strictEqual(await here.get(rotated.id), null);
    strictEqual(await here.get(old.id), null, 'The old id reads a session that has ended.');
    deepStrictEqual(await there.list(user), []);
    strictEqual(await there.destroy(old.id), false);
  }
}

async function exceptTheNewOne([here, there]: Pair): Promise<void> {
  const user = aUser();
  const old = await here.create({ a: 1 }, { user });
  const session = living(await here.rotate(old, { user, graceSeconds: 600 }));
  notStrictEqual(session.handle, old.handle);
  await there.destroyAll(user, { except: session.handle });
  living(await there.get(session.id), 'The session that was excepted has ended.');
  strictEqual(await there.destroyAll(user), 1);
  deepStrictEqual([await here.get(old.id), await here.get(session.id)], [null, null]);
}

async function endsTheNewOne([here, there]: Pair): Promise<void> {
  const old = await here.create({ a: 1 });
  const rotated = living(await here.rotate(old, { graceSeconds: 600 }));
  const again = living(await here.rotate(rotated, { graceSeconds: 600 }));
  strictEqual(await there.destroy(old.id), true);
  deepStrictEqual(await Promise.all([old, rotated, again].map(({ id }) => there.get(id))), [
    null,
    null,
    null,
  ]);
}

import { deepStrictEqual, ok, strictEqual } from 'node:assert';
import type { Live } from '../../../store/api/session-store.ts';
import type { Data, Ground } from '../support/ground.ts';
import { aUser, living } from '../support/samples.ts';
import type { ContractCase } from '../options.ts';
import { race } from '../races/race.ts';

/** The list of a user's sessions, and the actions on them. */
export function userCases(ground: Ground): readonly ContractCase[] {
  return [
    {
      title: 'A list has handle, device and times of each session of its user, and no id.',
      run: () => listed(ground),
    },
    {
      title: 'destroyByHandle ends one session of this user, and no session of another user.',
      run: () => endsByHandle(ground),
    },
    {
      title: 'destroy ends one session, once.',
      run: () => endsOnce(ground),
    },
    {
      title: 'An id that was never issued, or whose session has ended, does not become a session.',
      run: () => neverAdopted(ground),
    },
    {
      title: 'With maxPerUser the oldest session ends when another one begins, by create or by rotate.',
      run: () => endsTheOldest(ground),
    },
    {
      title: 'After 50 log-ins at once exactly maxPerUser sessions are left.',
      run: () => manyLogIns(ground),
    },
  ];
}

async function listed(ground: Ground): Promise<void> {
  const [here, there] = await ground.stores();
  const user = aUser();
  deepStrictEqual(await here.list(user), []);
  const made = [
    await here.create({}, { user, device: 'one' }),
    await there.create({ secret: 1 }, { user }),
    await here.create({}, { user, device: 'three', idleSeconds: 60, absoluteSeconds: 600 }),
  ];
  await here.create({}, { user: aUser() });
  await here.create({});
  const found = (await there.list(user)).toSorted(byHandle);
  deepStrictEqual(found, made.map(expectedInfo).toSorted(byHandle));
}

const byHandle = (a: { handle: string }, b: { handle: string }) => (a.handle < b.handle ? -1 : 1);

function expectedInfo({ handle, device, createdAt, expiresAt, absoluteEnd }: Live<Data>) {
  const info = { handle, createdAt, lastSeenAt: createdAt, expiresAt, absoluteEnd };
  return device === undefined ? info : { ...info, device };
}

async function endsByHandle(ground: Ground): Promise<void> {
  const [here, there] = await ground.stores();
  const [user, other] = [aUser(), aUser()];
  const [mine, mineToo] = [await here.create({}, { user }), await here.create({}, { user })];
  const theirs = await here.create({}, { user: other });
  strictEqual(await there.destroyByHandle(user, theirs.handle), false);
  strictEqual(await there.destroyByHandle(user, mine.handle), true);
  strictEqual(await there.destroyByHandle(user, mine.handle), false);
  const alive = await Promise.all([mine, mineToo, theirs].map(({ id }) => here.get(id)));
  deepStrictEqual(
    alive.map(found => found !== null),
    [false, true, true],
  );
}

async function endsOnce(ground: Ground): Promise<void> {
  const [here, there] = await ground.stores();
  const session = await here.create({ a: 1 });
  const ended = await Promise.all([here.destroy(session.id), there.destroy(session.id)]);
  strictEqual(ended.filter(Boolean).length, 1, 'destroy says twice that it was alive.');
  strictEqual(await here.destroy(session.id), false);
  strictEqual(await there.get(session.id), null);
  deepStrictEqual(await there.patch(session, { a: 2 }), { ended: true, reason: 'unknown' });
  strictEqual(await here.get(session.id), null, 'A patch has made a session.');
}

async function neverAdopted(ground: Ground): Promise<void> {
  const [here, there] = await ground.stores();
  const { id } = await here.create({});
  await here.destroy(id);
  const foreign = id.slice(0, -3) + (id.endsWith('AAA') ? 'BBB' : 'AAA');
  for (const unknown of [id, foreign, '', 'x', `${id}x`, '__proto__']) {
    strictEqual(await there.get(unknown), null);
    ok('ended' in (await there.update(unknown, () => ({ a: 1 }))));
    strictEqual(await there.destroy(unknown), false);
    strictEqual(await there.get(unknown), null, 'An unknown id was taken up.');
  }
}

async function endsTheOldest(ground: Ground): Promise<void> {
  const [here, there] = await ground.stores({ maxPerUser: 2 });
  const user = aUser();
  const made: Live<Data>[] = [];
  for (const store of [here, there, here]) {
    made.push(await store.create({}, { user }));
    await ground.advance(5);
  }
  made.push(living(await there.rotate(await there.create({ visitor: true }), { user })));
  const alive = await Promise.all(made.map(async ({ id }) => (await here.get(id)) !== null));
  deepStrictEqual(alive, [false, false, true, true]);
  strictEqual((await there.list(user)).length, 2);
}

async function manyLogIns(ground: Ground): Promise<void> {
  const stores = await ground.stores({ maxPerUser: 5 });
  const few = { races: Math.ceil(ground.races / 100), parallel: 1 };
  await race(few, async () => {
    const user = aUser();
    const logIns = Array.from({ length: 50 }, (_, index) =>
      stores[index % 2 === 0 ? 0 : 1].create({}, { user }),
    );
    const made = await Promise.all(logIns);
    const alive = await Promise.all(made.map(({ id }) => stores[0].get(id)));
    strictEqual(alive.filter(found => found !== null).length, 5);
    strictEqual((await stores[1].list(user)).length, 5);
  });
}

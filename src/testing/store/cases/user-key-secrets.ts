import { deepStrictEqual, ok, rejects, strictEqual } from 'node:assert';
import { codes } from '../../../errors/codes.ts';
import type { Ground } from '../support/ground.ts';
import { aSecret, aUser, living } from '../support/samples.ts';
import type { ContractCase } from '../options.ts';

/** A change of the secrets in `keys.tag` hides no session from its user or from the revocation mark. */
export function userKeySecretCases(ground: Ground): readonly ContractCase[] {
  return [
    {
      title:
        'While `keys.tag` changes, sessions of the older and the newer secret are listed and ended together.',
      run: () => allUserKeys(ground),
    },
    {
      title:
        'A log-in that began with the older secret first in `keys.tag` is refused with the newer one first.',
      run: () => marksOfAllUserKeys(ground),
    },
    {
      title: 'A rotation takes a session to the user key of the newest secret.',
      run: () => movesOn(ground),
    },
  ];
}

async function phases(ground: Ground) {
  const [older, newer] = [aSecret(), aSecret()];
  return {
    before: await ground.store({ keys: { tag: [older, newer] } }),
    after: await ground.store({ keys: { tag: [newer, older] } }),
  };
}

async function allUserKeys(ground: Ground): Promise<void> {
  const { before, after } = await phases(ground);
  const user = aUser();
  const made = [
    await before.create({}, { user }),
    await after.create({}, { user }),
    await after.create({}, { user }),
  ];
  for (const store of [before, after]) strictEqual((await store.list(user)).length, 3);
  strictEqual(await after.destroyByHandle(user, made[0]?.handle ?? ''), true);
  strictEqual(await before.destroyAll(user, { except: made[2]?.handle ?? '' }), 1);
  const alive = await Promise.all(made.map(async ({ id }) => (await after.get(id)) !== null));
  deepStrictEqual(alive, [false, false, true]);
  strictEqual(await before.destroyAll(user), 1);
}

async function marksOfAllUserKeys(ground: Ground): Promise<void> {
  const { before, after } = await phases(ground);
  for (const [first, second] of [
    [before, after],
    [after, before],
  ] as const) {
    const user = aUser();
    const login = await first.beginLogIn(user);
    await first.destroyAll(user);
    await rejects(second.create({}, { user, login }), { code: codes.storeLogInRefused });
    const { id } = await second.create({}, { user, login: await first.beginLogIn(user) });
    ok(await first.get(id));
  }
}

async function movesOn(ground: Ground): Promise<void> {
  const { before, after } = await phases(ground);
  const user = aUser();
  const old = await before.create({ a: 1 }, { user });
  const grace = living(await after.rotate(old, { graceSeconds: 600 }));
  ok(grace.id.slice(0, 12) !== old.id.slice(0, 12), 'It has the user key of the older secret.');
  deepStrictEqual((await before.get(old.id))?.data, { a: 1 });
  for (const store of [before, after]) {
    const handles = (await store.list(user)).map(({ handle }) => handle);
    deepStrictEqual(handles, [old.handle]);
  }
  strictEqual(await before.destroyAll(user), 1);
  deepStrictEqual([await after.get(old.id), await after.get(grace.id)], [null, null]);
}

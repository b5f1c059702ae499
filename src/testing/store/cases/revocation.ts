import { deepStrictEqual, ok, rejects, strictEqual } from 'node:assert';
import { codes } from '../../../errors/codes.ts';
import type { Live } from '../../../store/api/session-store.ts';
import { call, type Data, type Ground, type Store } from '../support/ground.ts';
import type { ContractCase } from '../options.ts';
import { beside, race } from '../races/race.ts';
import { anEpoch, aSession, aUser } from '../support/samples.ts';

const day = 86_400_000;
const refused = { code: codes.storeLogInRefused };

/** A log-in that began before `destroyAll` creates no session after it. */
export function revocationCases(ground: Ground): readonly ContractCase[] {
  return [
    {
      title:
        'The revocation mark that endAll sets is read by all, with the time, and lasts as long as it was meant to.',
      run: () => markIsKept(ground),
    },
    {
      title:
        'endAll removes the sessions of one user with another handle than the excepted one, and names them.',
      run: () => endsOneUser(ground),
    },
    {
      title: 'An insert of an older epoch is refused, and leaves nothing in the store.',
      run: () => refusesRevokedInserts(ground),
    },
    {
      title: 'Inserts of an older epoch during endAll leave no live session.',
      run: () => insertsBesideEndAll(ground),
    },
    {
      title: 'A log-in that began before destroyAll makes no session, and one right after it does.',
      run: () => logInAroundDestroyAll(ground),
    },
    {
      title: 'A create during destroyAll, whose log-in began before, leaves no live session.',
      run: () => createWithLogIn(ground),
    },
    {
      title: 'A create without a log-in during destroyAll is refused, or ends, or lives and is in the list.',
      run: () => createWithoutLogIn(ground),
    },
    {
      title:
        'A log-in that is known by its time only is refused when that was before destroyAll, and not after.',
      run: () => authenticatedAround(ground),
    },
  ];
}

async function markIsKept(ground: Ground): Promise<void> {
  const [first, second] = await ground.backends();
  const { userKey } = aSession();
  strictEqual((await first.readRevocationMark(userKey, call())).mark, undefined);
  const from = await ground.earliest();
  const given = {
    epoch: anEpoch(),
    except: 'a handle',
    lifeMS: ground.clockIsSettable ? ground.shortMS : day,
  };
  deepStrictEqual(await first.endAll(userKey, aUser(), given, call()), []);
  const { mark, earliest, latest } = await second.readRevocationMark(userKey, call());
  ok(mark && mark.at >= from && mark.at <= latest, 'The revocation mark has no time of the store.');
  ok(earliest <= latest);
  deepStrictEqual([mark.epoch, mark.except], [given.epoch, given.except]);
  if (ground.clockIsSettable) await ground.advance(given.lifeMS - 1);
  strictEqual((await first.readRevocationMark(userKey, call())).mark?.epoch, given.epoch);
  const later = { epoch: anEpoch(), except: undefined, lifeMS: day };
  await second.endAll(userKey, aUser(), later, call());
  const after = (await first.readRevocationMark(userKey, call())).mark;
  deepStrictEqual([after?.epoch, after?.except], [later.epoch, undefined]);
}

async function endsOneUser(ground: Ground): Promise<void> {
  const [first, second] = await ground.backends();
  const user = aUser();
  const { userKey } = aSession();
  const own = Array.from({ length: 130 }, () => aSession({ userKey, user }));
  const alias = aSession({ userKey, user, successor: aSession() });
  const others = [aSession({ userKey, user: aUser() }), aSession({ userKey }), aSession({ user })];
  const stays = aSession({ userKey, user });
  const all = [...own, alias, ...others, stays];
  await Promise.all(all.map(session => first.insert(session, call())));
  const mark = { epoch: anEpoch(), except: stays.handle, lifeMS: day };
  const ended = await second.endAll(userKey, user, mark, call());
  deepStrictEqual(hashes(ended), hashes([...own, alias]));
  const { successor } = ended.find(({ hash }) => hash === alias.hash) ?? {};
  deepStrictEqual([successor?.userKey, successor?.hash], [alias.successor?.userKey, alias.successor?.hash]);
  const left = await first.read(all, call());
  deepStrictEqual(
    hashes(left.flatMap(one => (one && 'record' in one ? one.record : []))),
    hashes([...others, stays]),
  );
}

function hashes(sessions: readonly { readonly hash: string }[]): string[] {
  return sessions.map(({ hash }) => hash).toSorted();
}

async function refusesRevokedInserts(ground: Ground): Promise<void> {
  const [first, second] = await ground.backends();
  const user = aUser();
  const { userKey, handle: except } = aSession();
  const epoch = anEpoch();
  await first.endAll(userKey, user, { epoch, except, lifeMS: day }, call());
  for (const older of ['', anEpoch()]) {
    const session = aSession({ userKey, user, epoch: older });
    const inserted = await second.insert(session, call());
    strictEqual(inserted.outcome, 'revoked', 'A session of an older epoch was stored.');
    strictEqual(inserted.mark.epoch, epoch);
    deepStrictEqual(await first.read([session], call()), [undefined]);
  }
  for (const own of [{ user, epoch }, { user, handle: except }, { user: undefined }]) {
    const inserted = await second.insert(aSession({ userKey, ...own }), call());
    strictEqual(inserted.outcome, 'created');
  }
  strictEqual(
    (await first.list(userKey, call())).headers.length,
    3,
    'A refused session was left in the store.',
  );
}

async function insertsBesideEndAll(ground: Ground): Promise<void> {
  const [first, second] = await ground.backends();
  await race(ground, async number => {
    const user = aUser();
    const { userKey } = aSession();
    const sessions = [1, 2, 3].map(() => aSession({ userKey, user }));
    const mark = { epoch: anEpoch(), except: undefined, lifeMS: day };
    await beside(
      number,
      () => Promise.all(sessions.map(session => first.insert(session, call()))),
      () => second.endAll(userKey, user, mark, call()),
    );
    deepStrictEqual(await first.read(sessions, call()), [undefined, undefined, undefined]);
    deepStrictEqual((await first.list(userKey, call())).headers, []);
  });
}

async function logInAroundDestroyAll(ground: Ground): Promise<void> {
  const [here, there] = await ground.stores();
  const user = aUser();
  const before = await here.beginLogIn(user);
  await there.destroyAll(user);
  await rejects(here.create({}, { user, login: before }), refused);
  const after = await here.beginLogIn(user);
  const { id } = await here.create({}, { user, login: after });
  ok(await there.get(id), 'A log-in right after destroyAll has made no session.');
  const { id: without } = await there.create({}, { user });
  ok(await here.get(without));
  strictEqual((await here.list(user)).length, 2);
}

async function createWithLogIn(ground: Ground): Promise<void> {
  const [here, there] = await ground.stores();
  await race(ground, async number => {
    const user = aUser();
    const login = await here.beginLogIn(user);
    const [created] = await beside(
      number,
      () => here.create({}, { user, login }).catch(onlyRefused),
      () => there.destroyAll(user),
    );
    if (created) strictEqual(await here.get(created.id), null, 'It is alive after destroyAll.');
    deepStrictEqual(await there.list(user), []);
  });
}

async function createWithoutLogIn(ground: Ground): Promise<void> {
  const [here, there] = await ground.stores();
  await race(ground, async number => {
    const user = aUser();
    const [created] = await beside(
      number,
      () => here.create({}, { user }).catch(onlyRefused),
      () => there.destroyAll(user),
    );
    const alive = created && (await here.get(created.id));
    const listed = (await there.list(user)).map(({ handle }) => handle);
    deepStrictEqual(listed, alive ? [created.handle] : []);
  });
}

function onlyRefused(error: unknown): undefined {
  if (!(error instanceof Error) || !('code' in error) || error.code !== refused.code) throw error;
}

async function authenticatedAround(ground: Ground): Promise<void> {
  const store = await ground.store();
  const user = aUser();
  const before = Date.now();
  await store.destroyAll(user);
  await rejects(store.create({}, { user, authenticatedAt: before }), refused);
  const { id } = await createdLater(ground, store, user);
  ok(await store.get(id), 'A log-in after destroyAll has made no session.');
}

/** Later than the uncertainty about the difference of two clocks, which is greater on a slow machine. */
async function createdLater(ground: Ground, store: Store, user: string): Promise<Live<Data>> {
  for (let pauseMS = ground.clockIsSettable ? 60_000 : 500; ; pauseMS *= 2) {
    await ground.advance(pauseMS);
    try {
      return await store.create({}, { user, authenticatedAt: Date.now() });
    } catch (error) {
      onlyRefused(error);
      if (pauseMS > 10_000) throw error;
    }
  }
}

import { deepStrictEqual, ok, rejects, strictEqual } from 'node:assert';
import { codes } from '../../../errors/codes.ts';
import { changeOf } from '../../../store/backend/change.ts';
import { call, type Ground } from '../support/ground.ts';
import { aSession, aUser, isLiving, living } from '../support/samples.ts';
import type { ContractCase } from '../options.ts';
import { beside, race } from '../races/race.ts';

/** The time at which the user of a session has authenticated. */
export function authenticationCases(ground: Ground): readonly ContractCase[] {
  return [
    {
      title: 'confirmAuthentication sets the time by the clock of the store, and changes nothing else.',
      run: () => setsTheTime(ground),
    },
    {
      title: 'confirmAuthentication during a patch: both are kept.',
      run: () => besidePatch(ground),
    },
    {
      title: 'confirmAuthentication during destroy leaves no live session.',
      run: () => besideDestroy(ground),
    },
    {
      title: 'confirmAuthentication during a rotation is kept, or answered as too late.',
      run: () => besideRotation(ground),
    },
    {
      title: "confirmAuthentication of nobody's session is refused.",
      run: () => ofNobody(ground),
    },
    {
      title: 'A write that gives a session its user can set when they have proven who they are, in one.',
      run: () => withItsUser(ground),
    },
  ];
}

const longAgo = 1_700_000_000_000;

async function setsTheTime(ground: Ground): Promise<void> {
  const [here, there] = await ground.stores();
  const session = await here.create({ a: [1] }, { user: aUser(), authenticatedAt: longAgo, device: 'x|y' });
  const from = await ground.earliest();
  const confirmed = living(await there.confirmAuthentication(session));
  const to = await ground.now();
  const found = living(await here.get(session.id));
  deepStrictEqual(found.authenticatedAt, confirmed.authenticatedAt);
  const at = found.authenticatedAt ?? 0;
  ok(at >= from && at <= to, `The time ${at} is not of the store's clock: ${from} to ${to}.`);
  const same = ({ id, handle, data, user, device, createdAt, absoluteEnd }: typeof found) => {
    return { id, handle, data, user, device, createdAt, absoluteEnd };
  };
  deepStrictEqual(same(found), same(session));
}

async function besidePatch(ground: Ground): Promise<void> {
  const [here, there] = await ground.stores();
  await race(ground, async number => {
    const session = await here.create({ a: 1 }, { user: aUser(), authenticatedAt: longAgo });
    const [confirmed] = await beside(
      number,
      () => here.confirmAuthentication(session),
      () => there.patch(session, { b: 2 }),
    );
    const found = living(await there.get(session.id));
    deepStrictEqual(found.data, { a: 1, b: 2 });
    strictEqual(found.authenticatedAt, living(confirmed).authenticatedAt);
    ok(isLater(found, session), 'The time was put back by a patch.');
  });
}

async function besideDestroy(ground: Ground): Promise<void> {
  const [here, there] = await ground.stores();
  await race(ground, async number => {
    const session = await here.create({ a: 1 }, { user: aUser() });
    await beside(
      number,
      () => here.confirmAuthentication(session),
      () => there.destroy(session.id),
    );
    strictEqual(await here.get(session.id), null, 'It is alive after destroy.');
    deepStrictEqual(await here.confirmAuthentication(session), { ended: true, reason: 'unknown' });
    strictEqual(await here.get(session.id), null, 'confirmAuthentication has made a session.');
  });
}

async function besideRotation(ground: Ground): Promise<void> {
  const [here, there] = await ground.stores();
  await race(ground, async number => {
    const session = await here.create({ a: 1 }, { user: aUser(), authenticatedAt: longAgo });
    const [confirmed, rotated] = await beside(
      number,
      () => here.confirmAuthentication(session),
      () => there.rotate(session),
    );
    const found = living(await here.get(living(rotated).id));
    strictEqual(
      isLater(found, session),
      isLiving(confirmed),
      'It is lost, or was done although it says otherwise.',
    );
  });
}

type Proven = { readonly authenticatedAt?: number };

function isLater({ authenticatedAt: now = 0 }: Proven, { authenticatedAt: before = now }: Proven): boolean {
  return now > before + 60_000;
}

async function ofNobody(ground: Ground): Promise<void> {
  const store = await ground.store();
  const session = await store.create({ a: 1 });
  await rejects(store.confirmAuthentication(session), { code: codes.invalidArgument });
  strictEqual(living(await store.get(session.id)).authenticatedAt, undefined);
}

async function withItsUser(ground: Ground): Promise<void> {
  const backend = await ground.backend();
  const session = aSession();
  await backend.insert(session, call());
  const written = await backend.write(session, changeOf({ user: aUser(), authenticated: true }), call());
  ok(written.outcome === 'written');
  strictEqual(written.header.authenticatedAt, written.header.seenAt);
  const plain = await backend.write(session, changeOf({ set: new Map([['a', '1']]) }), call());
  ok(plain.outcome === 'written');
  strictEqual(plain.header.authenticatedAt, written.header.authenticatedAt, 'A write has taken it away.');
}

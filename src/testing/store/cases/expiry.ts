import { deepStrictEqual, ok, strictEqual } from 'node:assert';
import { changeOf } from '../../../store/backend/change.ts';
import { isLive } from '../../../store/backend/life.ts';
import type { SessionHeader, SessionKey } from '../../../store/backend/session-record.ts';
import { call, type Ground } from '../support/ground.ts';
import type { ContractCase } from '../options.ts';
import { aSession, aUser } from '../support/samples.ts';

/** An expired session has ended, whether the storage has deleted it or not. */
export function expiryCases(ground: Ground): readonly ContractCase[] {
  return [
    {
      title: 'A session is read until the last moment before its end, and never from its end on.',
      run: () => readsToTheEnd(ground),
    },
    {
      title: 'A session is read no longer than to its absolute end, however much it is used.',
      run: () => readsToTheAbsoluteEnd(ground),
    },
    {
      title: 'A read, refresh or write of the back end after the end finds nothing, and revives nothing.',
      run: () => revivesNothing(ground),
    },
    {
      title: 'A patch, an update and a rotation after the end say that it has ended, and revive nothing.',
      run: () => endedForAll(ground),
    },
    {
      title: 'An expired session is not listed, and an attempt to end it ends nothing.',
      run: () => notListed(ground),
    },
  ];
}

async function readsToTheEnd(ground: Ground): Promise<void> {
  const store = await ground.store();
  const { id, expiresAt } = await store.create({ a: 1 }, { idleSeconds: ground.shortMS / 1000 });
  const get = () => store.get(id, { refresh: false });
  if (ground.clockIsSettable) {
    await ground.advance(expiresAt - 1 - (await ground.now()));
    ok(await get(), 'It was not read 1 ms before its end.');
    await ground.advance(1);
    strictEqual(await get(), null, 'It was read at its end.');
    await ground.advance(1);
  } else await readUntil(ground, expiresAt, get);
  strictEqual(await get(), null, 'It was read after its end.');
}

/** With a real clock: the session is read before its end and not after it, by the store's time around each read. */
async function readUntil(ground: Ground, end: number, get: () => Promise<object | null>): Promise<void> {
  for (let before = 0; before < end; ) {
    before = await ground.earliest();
    const found = await get();
    const after = await ground.now();
    if (after < end) ok(found, `It was not read ${end - after} ms before its end.`);
    if (before >= end) strictEqual(found, null, `It was read ${before - end} ms after its end.`);
  }
}

async function readsToTheAbsoluteEnd(ground: Ground): Promise<void> {
  // With a real clock, a slow machine may use the session too late: then the session gets a longer life.
  for (let idleMS = ground.shortMS; ; idleMS *= 2) if (await wasUsedInTime(ground, idleMS)) return;
}

/** @returns false if the session was used after its end */
async function wasUsedInTime(ground: Ground, idleMS: number): Promise<boolean> {
  const idleSeconds = idleMS / 1000;
  const store = await ground.store({ idleSeconds, refreshEverySeconds: 0 });
  const life = { idleSeconds, absoluteSeconds: idleSeconds * 1.5 };
  const { id, expiresAt, absoluteEnd } = await store.create({}, life);
  await ground.advance(idleMS * 0.7);
  const found = await store.get(id);
  if (found === null && (await ground.now()) >= expiresAt) return false;
  ok(found, 'It has ended before its absolute end, although it was used.');
  strictEqual(found.expiresAt, absoluteEnd, 'A use has not moved the expiry to the absolute end.');
  strictEqual(found.absoluteEnd, absoluteEnd, 'A use has moved the absolute end.');
  await ground.reach(absoluteEnd);
  strictEqual(await store.get(id), null, 'It was read at its absolute end.');
  return true;
}

async function revivesNothing(ground: Ground): Promise<void> {
  const backend = await ground.backend();
  const over = await overSession(ground, aUser());
  const change = changeOf({ set: new Map([['a', '1']]) });
  for (const idleMS of [undefined, 3_600_000]) {
    strictEqual(await backend.refresh(over, call()), undefined, 'It was refreshed after its end.');
    const written = await backend.write(over, { ...change, idleMS }, call());
    strictEqual(written.outcome, 'ended', 'It was written after its end.');
    await noneAt(ground, over);
  }
  const listed = await backend.list(over.userKey, call());
  deepStrictEqual(
    listed.headers.filter(header => isLive(header, listed.now)),
    [],
  );
  const removed = await backend.remove(over, 'always', call());
  ok(removed?.live !== true, 'It was alive when it was removed after its end.');
}

async function endedForAll(ground: Ground): Promise<void> {
  const store = await ground.store();
  const user = aUser();
  const session = await store.create({ a: 1 }, { user, idleSeconds: ground.shortMS / 1000 });
  await ground.reach(session.expiresAt);
  for (const ended of [
    await store.patch(session, { a: 2 }),
    await store.update(session.id, () => ({ a: 2 })),
    await store.rotate(session),
    await store.rotate(session, { graceSeconds: 60 }),
    await store.rotate(session, { user }),
  ]) {
    ok('ended' in ended, 'A session was written after its end.');
    strictEqual(await store.get(session.id), null, 'A session was alive after a write that came too late.');
  }
  deepStrictEqual(await store.list(user), []);
}

async function notListed(ground: Ground): Promise<void> {
  const store = await ground.store();
  const user = aUser();
  const short = await store.create({}, { user, idleSeconds: ground.shortMS / 1000 });
  const long = await store.create({}, { user });
  await ground.reach(short.expiresAt);
  const handles = (await store.list(user)).map(({ handle }) => handle);
  deepStrictEqual(handles, [long.handle]);
  strictEqual(await store.destroyByHandle(user, short.handle), false);
  strictEqual(await store.destroy(short.id), false, 'destroy says that an expired session was alive.');
  const again = await store.create({}, { user, idleSeconds: ground.shortMS / 1000 });
  await ground.reach(again.expiresAt);
  strictEqual(await store.destroyAll(user), 1, 'destroyAll counts expired sessions.');
}

async function overSession(ground: Ground, user: string): Promise<SessionHeader> {
  const backend = await ground.backend();
  const inserted = await backend.insert(aSession({ user, idleMS: ground.shortMS }), call());
  if (inserted.outcome !== 'created') throw new Error(`The session was ${inserted.outcome}, not created.`);
  await ground.reach(inserted.header.expiresAt);
  return inserted.header;
}

async function noneAt(ground: Ground, key: SessionKey): Promise<void> {
  const [found] = await (await ground.backend()).read([key], call());
  if (found instanceof Error) throw found;
  ok(found === undefined || !isLive(found.record, found.now), 'A session is alive after its end.');
}

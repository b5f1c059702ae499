import { deepStrictEqual, ok, strictEqual } from 'node:assert';
import type { SessionStoreOptions } from '../../../store/options/store-options.ts';
import { call, type Ground, type Store } from '../support/ground.ts';
import { aKey, aSession, aUser, living, sameHeader } from '../support/samples.ts';
import type { ContractCase } from '../options.ts';

/** A read moves the expiry if a refresh is due, a write in any case. */
export function refreshCases(ground: Ground): readonly ContractCase[] {
  return [
    {
      title: 'A read soon after the expiry was moved writes nothing, and leaves the expiry.',
      run: () => notDue(ground),
    },
    {
      title:
        'A read moves an expiry that was moved refreshEverySeconds ago, and a read without refresh does not.',
      run: () => due(ground),
    },
    {
      title: 'A patch, an update and a rotation move the expiry, however soon they come.',
      run: () => writesMove(ground),
    },
    {
      title:
        'With refreshBelowSeconds a read moves the expiry below the threshold alone, and a write in any case.',
      run: () => belowAThreshold(ground),
    },
    {
      title: 'A read sets "last seen" when it is older than lastSeenEverySeconds.',
      run: () => lastSeen(ground),
    },
    {
      title: 'A refresh leaves data and version as they are, and makes no session.',
      run: () => changesOnlyTimes(ground),
    },
  ];
}

async function notDue(ground: Ground): Promise<void> {
  const store = await ground.store({ idleSeconds: 600 });
  const user = aUser();
  const { id, expiresAt, version } = await store.create({}, { user });
  await ground.advance(20);
  const read = await store.get(id);
  deepStrictEqual([read?.expiresAt, read?.version], [expiresAt, version]);
  const [info] = await store.list(user);
  strictEqual(info?.lastSeenAt, info?.createdAt, 'A read that was not due has written.');
}

async function due(ground: Ground): Promise<void> {
  const store = await ground.store({ idleSeconds: 600, refreshEverySeconds: 0.01 });
  const { id, expiresAt } = await store.create({ a: 1 });
  await ground.advance(20);
  const untouched = await store.get(id, { refresh: false });
  strictEqual(untouched?.expiresAt, expiresAt, 'A read without refresh has moved the expiry.');
  const moved = await movedBy(ground, async () => (await store.get(id))?.expiresAt);
  const again = await store.get(id, { refresh: false });
  strictEqual(again?.expiresAt, moved, 'The expiry that a refresh has given is not what is stored.');
}

async function writesMove(ground: Ground): Promise<void> {
  const store = await ground.store({ idleSeconds: 600 });
  const session = await store.create({ a: 1 }, { user: aUser() });
  const writes = [
    () => store.patch(session, { a: 2 }),
    () => store.update(session.id, data => ({ ...data, b: 1 })),
    async () => store.rotate(living(await store.get(session.id))),
  ];
  let before = session.expiresAt;
  for (const write of writes) {
    await ground.advance(20);
    const moved = await movedBy(ground, async () => {
      const { id, expiresAt } = living(await write());
      strictEqual((await store.get(id, { refresh: false }))?.expiresAt, expiresAt);
      return expiresAt;
    });
    ok(moved > before, 'A write has not moved the expiry.');
    before = moved;
  }
}

async function belowAThreshold(ground: Ground): Promise<void> {
  const { expiresAt, expiryAfterRead, expiryAfterWrite } = await withThreshold(ground, {
    refreshBelowSeconds: 300,
  });
  strictEqual(expiryAfterRead, expiresAt, 'A read above the threshold has moved the expiry.');
  ok(expiryAfterWrite > expiresAt, 'A write above the threshold has not moved the expiry.');
  const below = await withThreshold(ground, { refreshBelowSeconds: 600 });
  ok(below.expiryAfterRead > below.expiresAt, 'A read below the threshold has not moved the expiry.');
}

async function withThreshold(ground: Ground, options: Pick<SessionStoreOptions, 'refreshBelowSeconds'>) {
  const store: Store = await ground.store({ idleSeconds: 600, ...options });
  const session = await store.create({ a: 1 });
  await ground.advance(20);
  const read = living(await store.get(session.id));
  const written = living(await store.patch(read, { a: 2 }));
  return {
    expiresAt: session.expiresAt,
    expiryAfterRead: read.expiresAt,
    expiryAfterWrite: written.expiresAt,
  };
}

/** The expiry after a use of a session with an idle time of 600 seconds: it is 600 seconds after the use. */
async function movedBy(ground: Ground, use: () => Promise<number | undefined>): Promise<number> {
  const from = await ground.earliest();
  const expiresAt = await use();
  const to = await ground.now();
  ok(
    expiresAt !== undefined && expiresAt >= from + 600_000 && expiresAt <= to + 600_000,
    'The expiry is not the idle time from now.',
  );
  return expiresAt;
}

async function lastSeen(ground: Ground): Promise<void> {
  const store = await ground.store({ lastSeenEverySeconds: 1 });
  const user = aUser();
  const { id } = await store.create({}, { user });
  await ground.advance(1100);
  await store.get(id);
  const [info] = await store.list(user);
  ok(info && info.lastSeenAt >= info.createdAt + 1000, 'A read has not set the time that it was last seen.');
}

async function changesOnlyTimes(ground: Ground): Promise<void> {
  const backend = await ground.backend();
  const session = aSession({ fields: new Map([['a', '"text"']]), device: 'a device' });
  await backend.insert(session, call());
  const refreshed = await backend.refresh(session, call());
  const [read] = await backend.read([session], call());
  ok(refreshed && read && !(read instanceof Error));
  sameHeader(read.record, refreshed, 'The answer of a refresh differs from the stored session.');
  deepStrictEqual([read.record.fields, read.record.version], [session.fields, session.version]);
  const nobody = aKey();
  strictEqual(await backend.refresh(nobody, call()), undefined);
  deepStrictEqual(await backend.read([nobody], call()), [undefined], 'A refresh has made a session.');
}

import { deepStrictEqual, ok, strictEqual } from 'node:assert';
import { call, type Ground } from './ground.ts';
import type { ContractCase } from './options.ts';
import { sameHeader } from './same-header.ts';
import { aKey, aSession, aUser } from './samples.ts';

/** A use moves the expiry only below the threshold. */
export function refreshCases(ground: Ground): readonly ContractCase[] {
  return [
    {
      title: 'A read above the threshold writes nothing, and leaves the expiry.',
      run: () => aboveTheThreshold(ground),
    },
    {
      title: 'A read below the threshold moves the expiry, and a read without refresh does not.',
      run: () => belowTheThreshold(ground),
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

async function aboveTheThreshold(ground: Ground): Promise<void> {
  const store = await ground.store({ idleSeconds: 600, refreshBelowSeconds: 300 });
  const user = aUser();
  const { id, expiresAt, version } = await store.create({}, { user });
  await ground.advance(20);
  const read = await store.get(id);
  deepStrictEqual([read?.expiresAt, read?.version], [expiresAt, version]);
  const [info] = await store.list(user);
  strictEqual(info?.lastSeenAt, info?.createdAt, 'A read above the threshold has written.');
}

async function belowTheThreshold(ground: Ground): Promise<void> {
  const store = await ground.store({ idleSeconds: 600, refreshBelowSeconds: 600 });
  const { id, expiresAt } = await store.create({ a: 1 });
  await ground.advance(20);
  const untouched = await store.get(id, { refresh: false });
  strictEqual(untouched?.expiresAt, expiresAt, 'A read without refresh has moved the expiry.');
  const from = await ground.earliest();
  const read = await store.get(id);
  const to = await ground.now();
  ok(read && read.expiresAt > expiresAt, 'A read below the threshold has not moved the expiry.');
  ok(read.expiresAt >= from + 600_000 && read.expiresAt <= to + 600_000, 'The expiry is not now and idle.');
  const again = await store.get(id, { refresh: false });
  strictEqual(again?.expiresAt, read.expiresAt, 'The expiry that a refresh has given is not what is stored.');
}

async function lastSeen(ground: Ground): Promise<void> {
  const store = await ground.store({ lastSeenEverySeconds: 1 });
  const user = aUser();
  const { id, expiresAt } = await store.create({}, { user });
  await ground.advance(1100);
  await store.get(id);
  const [info] = await store.list(user);
  ok(info && info.lastSeenAt >= info.createdAt + 1000, 'A read has not set the time that it was last seen.');
  strictEqual(info.expiresAt, expiresAt, 'It has moved the expiry above the threshold.');
}

async function changesOnlyTimes(ground: Ground): Promise<void> {
  const backend = await ground.backend();
  const session = aSession({ fields: new Map([['a', '"text"']]), device: 'a device' });
  await backend.insert(session, call());
  const refreshed = await backend.refresh(session, session.idleMS, call());
  const [read] = await backend.read([session], call());
  ok(refreshed && read && !(read instanceof Error));
  sameHeader(read.record, refreshed, 'What a refresh answers is not what is stored.');
  deepStrictEqual([read.record.fields, read.record.version], [session.fields, session.version]);
  const nobody = aKey();
  strictEqual(await backend.refresh(nobody, 1000, call()), undefined);
  deepStrictEqual(await backend.read([nobody], call()), [undefined], 'A refresh has made a session.');
}

import { deepStrictEqual, ok, strictEqual } from 'node:assert';
import { changeOf } from '../../../store/backend/change.ts';
import { isLive } from '../../../store/backend/life.ts';
import { call, type Ground } from '../support/ground.ts';
import type { ContractCase } from '../options.ts';
import { race } from '../races/race.ts';
import { aKey, aSession, aUser } from '../support/samples.ts';

/** The contract of each single operation of a back end. */
export function operationCases(ground: Ground): readonly ContractCase[] {
  return [
    {
      title: 'setUp can be called again, also while it runs.',
      run: () => setUpAgain(ground),
    },
    {
      title: 'Reads are answered in the order of their keys: many keys, one key twice, or no key.',
      run: () => readsInOrder(ground),
    },
    {
      title: 'One instance reads the writes of another instance.',
      run: () => sharedStorage(ground),
    },
    {
      title:
        'An insert does not change an existing session with the same hash, also when many inserts run at once.',
      run: () => insertsOnce(ground),
    },
    {
      title: 'A write of a session that does not exist creates none.',
      run: () => writeMakesNothing(ground),
    },
    {
      title:
        'Of many writes from one version exactly one is done; the others are conflicts, and get the written session.',
      run: () => comparesVersions(ground),
    },
    {
      title: 'A remove returns the removed session; of many removes at once exactly one returns it.',
      run: () => removesOnce(ground),
    },
    {
      title: 'A remove unless rotated leaves a rotated session in the store, and returns it each time.',
      run: () => removesUnlessRotated(ground),
    },
    {
      title: 'A key with the hash of a session and another user key does not reach the session.',
      run: () => userKeysCount(ground),
    },
  ];
}

async function setUpAgain(ground: Ground): Promise<void> {
  const [first, second] = await ground.backends();
  await Promise.all([first.setUp(call()), second.setUp(call())]);
  strictEqual(typeof first.setUpCommands(), 'string');
  ok(first.name.length > 0);
}

async function readsInOrder(ground: Ground): Promise<void> {
  const backend = await ground.backend();
  const there = Array.from({ length: 120 }, (_, index) => aSession({ fields: new Map([['i', `${index}`]]) }));
  await Promise.all(there.map(session => backend.insert(session, call())));
  const keys = there.flatMap((session, i) => (i % 3 === 0 ? [session, aKey(), session] : [session]));
  const found = await backend.read(keys, call());
  const texts = found.map(one => (one instanceof Error ? one : one?.record.fields.get('i')));
  const expected = there.flatMap((_, i) => (i % 3 === 0 ? [`${i}`, undefined, `${i}`] : [`${i}`]));
  deepStrictEqual(texts, expected);
  deepStrictEqual(await backend.read([aKey()], call()), [undefined]);
  deepStrictEqual(await backend.read([], call()), []);
}

async function sharedStorage(ground: Ground): Promise<void> {
  const [first, second] = await ground.backends();
  const session = aSession();
  await first.insert(session, call());
  const [found] = await second.read([session], call());
  ok(
    found && !(found instanceof Error),
    "The second instance does not read the first one's session: `backend` must give instances on one storage.",
  );
}

async function insertsOnce(ground: Ground): Promise<void> {
  const [first, second] = await ground.backends();
  await race(ground, async () => {
    const key = aKey();
    const sessions = Array.from({ length: 4 }, (_, i) =>
      aSession({ ...key, fields: new Map([['i', `${i}`]]) }),
    );
    const inserted = await Promise.all(
      sessions.map((session, i) => (i % 2 === 0 ? first : second).insert(session, call())),
    );
    const outcomes = inserted.map(({ outcome }) => outcome);
    deepStrictEqual(outcomes.toSorted(), ['created', 'taken', 'taken', 'taken']);
    const [found] = await first.read([key], call());
    ok(found && !(found instanceof Error));
    deepStrictEqual(found.record.fields, sessions[outcomes.indexOf('created')]?.fields);
  });
}

async function writeMakesNothing(ground: Ground): Promise<void> {
  const backend = await ground.backend();
  for (const own of [{}, { replace: true }, { idleMS: 1000 }, { successor: aKey() }, { user: aUser() }]) {
    const key = aKey();
    const change = changeOf({ set: new Map([['a', '1']]), ...own });
    const written = await backend.write(key, change, call());
    deepStrictEqual([written.outcome, 'header' in written && written.header], ['ended', undefined]);
    deepStrictEqual(await backend.read([key], call()), [undefined]);
    deepStrictEqual((await backend.list(key.userKey, call())).headers, []);
  }
}

async function comparesVersions(ground: Ground): Promise<void> {
  const backends = await ground.backends();
  await race(ground, async () => {
    const session = aSession({ fields: new Map([['by', '"nobody"']]) });
    await backends[0].insert(session, call());
    const write = (by: number) => {
      const own = { set: new Map([['by', `${by}`]]), ifVersion: session.version };
      return backends[by % 2 === 0 ? 0 : 1].write(session, changeOf(own), call());
    };
    const written = await Promise.all([0, 1, 2, 3].map(write));
    const winner = written.findIndex(({ outcome }) => outcome === 'written');
    const fields = new Map([['by', `${winner}`]]);
    const outcomes = written.map(one => (one.outcome === 'conflict' ? one.record.fields : one.outcome));
    deepStrictEqual(
      outcomes,
      outcomes.map((_, by) => (by === winner ? 'written' : fields)),
    );
  });
}

async function removesOnce(ground: Ground): Promise<void> {
  const [first, second] = await ground.backends();
  strictEqual(await first.remove(aKey(), 'always', call()), undefined);
  strictEqual(await first.remove(aKey(), 'unless rotated', call()), undefined);
  await race(ground, async number => {
    const which = number % 2 === 0 ? 'always' : 'unless rotated';
    const session = aSession({ user: aUser(), successor: which === 'always' ? aKey() : undefined });
    await first.insert(session, call());
    const removed = await Promise.all(
      [first, second, first].map(backend => backend.remove(session, which, call())),
    );
    const [once, ...more] = removed.filter(one => one !== undefined);
    deepStrictEqual([once?.header.hash, once?.header.handle, more], [session.hash, session.handle, []]);
    deepStrictEqual([once?.header.successor, once?.live], [session.successor, true]);
    const { headers, now } = await first.list(session.userKey, call());
    deepStrictEqual(
      headers.filter(header => isLive(header, now)),
      [],
    );
  });
}

async function removesUnlessRotated(ground: Ground): Promise<void> {
  const [first, second] = await ground.backends();
  const successor = aKey();
  const alias = aSession({ successor, idleMS: 0, expiresInMS: 3_600_000 });
  const rotated = aSession();
  await first.insert(alias, call());
  await first.insert(rotated, call());
  await first.write(rotated, changeOf({ successor }), call());
  for (const { userKey, hash } of [alias, rotated]) {
    const key = { userKey, hash };
    for (const backend of [first, second, first]) {
      const removed = await backend.remove(key, 'unless rotated', call());
      deepStrictEqual(
        [removed?.header.hash, removed?.header.successor, removed?.live],
        [hash, successor, true],
      );
    }
    const [found] = await first.read([key], call());
    ok(found && !(found instanceof Error), 'A rotated session was removed.');
    deepStrictEqual((await second.remove(key, 'always', call()))?.header.successor, successor);
    deepStrictEqual(await first.read([key], call()), [undefined]);
    strictEqual(await second.remove(key, 'unless rotated', call()), undefined);
  }
}

async function userKeysCount(ground: Ground): Promise<void> {
  const backend = await ground.backend();
  const session = aSession();
  await backend.insert(session, call());
  const elsewhere = { ...session, ...aKey(), hash: session.hash };
  deepStrictEqual(await backend.read([elsewhere], call()), [undefined]);
  strictEqual(await backend.refresh(elsewhere, call()), undefined);
  const written = await backend.write(elsewhere, changeOf({}), call());
  strictEqual(written.outcome, 'ended');
  strictEqual(await backend.remove(elsewhere, 'unless rotated', call()), undefined);
  strictEqual(await backend.remove(elsewhere, 'always', call()), undefined);
  const [found] = await backend.read([session], call());
  ok(found && !(found instanceof Error), 'A session was changed by a key with another user key.');
}

import type { Document } from 'mongodb';
import { describe, expect, test } from 'vitest';
import { drivers } from '../../real/support/drivers.ts';
import { standaloneUri } from '../../setup/servers.ts';
import { holdTime } from '../../support/held-time.ts';
import { sessionsOn } from './support/sessions.ts';

const writeNames = ['insert', 'update', 'findAndModify'];

describe.each(drivers)('round trips on $name', driver => {
  test('a reading request is one command, by the id alone, and so is one that refreshes and reads again', async () => {
    const { store, sent } = await sessionsOn({ driver });
    const { id } = await store.create({ n: 1 });
    sent.length = 0;
    await store.get(id);
    expect(sent.map(({ commandName }) => commandName)).toEqual(['find']);
    expect(Object.keys(sent[0]?.command['filter'])).toEqual(['_id']);
  });

  test('the reads of one turn are one command', async () => {
    const { store, sent } = await sessionsOn({ driver });
    const sessions = await Promise.all(Array.from({ length: 150 }, (_, n) => store.create({ n })));
    sent.length = 0;
    const found = await Promise.all(sessions.map(({ id }) => store.get(id)));
    expect(found.map(live => live?.data)).toEqual(sessions.map(({ data }) => data));
    expect(sent.map(({ commandName }) => commandName)).toEqual(['find']);
  });

  test('creating is an insert, and for a user a look at the revocation mark; the first one asks for the time', async () => {
    const { store, sent } = await sessionsOn({ driver });
    const login = await store.beginLogIn('user-1');
    await store.create({}, { user: 'user-1', login });
    await store.create({});
    const order = ['aggregate', 'insert', 'aggregate', 'insert'];
    expect(sent.map(({ commandName }) => commandName)).toEqual(order);
  });

  test('a patch and a destroy are one command each; a patch that comes too late is three, the last one to tell why', async () => {
    const { store, sent } = await sessionsOn({ driver });
    const session = await store.create({ n: 1 });
    sent.length = 0;
    await store.patch(session, { n: 2 });
    await store.destroy(session.id);
    await store.patch(session, { n: 3 });
    const names = sent.map(({ commandName }) => commandName);
    expect(names).toEqual(['update', 'findAndModify', 'update', 'findAndModify', 'find']);
  });
});

describe.each(drivers)('the sent commands on $name', driver => {
  test('the revocation marks that are looked at in one turn are one command', async () => {
    const { store, sent } = await sessionsOn({ driver });
    await store.beginLogIn('user-1');
    sent.length = 0;
    // Calls share a command only if they share a deadline, and the time for one may end in the middle of this turn.
    holdTime();
    await Promise.all(Array.from({ length: 50 }, (_, n) => store.beginLogIn(`user-${n % 40}`)));
    expect(sent.map(({ commandName }) => commandName)).toEqual(['aggregate']);
  });

  test('the fields come back from a patch only where somebody else has written meanwhile', async () => {
    const answers: Document[] = [];
    const { store, client } = await sessionsOn({ driver });
    client.on('commandSucceeded', ({ reply }) => answers.push(reply as Document));
    const session = await store.create({ a: 1 });
    answers.length = 0;
    await store.patch(session, { b: 2 });
    const both = await store.patch(session, { c: 3 });
    expect(answers.map(({ n, value }) => n ?? value.d)).toEqual([1, 0, { _a: '1', _b: '2', _c: '3' }]);
    await store.patch(both as typeof session, { a: 4 }, { conflict: 'error' });
    expect(answers.slice(3).map(({ n, value }) => n ?? value.d)).toEqual([1]);
    expect(both).toMatchObject({ data: { a: 1, b: 2, c: 3 } });
  });

  test('every write is for the majority, and every read for the primary, whatever the client is set to', async () => {
    const client = {
      writeConcern: { w: 0 },
      readConcern: { level: 'available' },
      promoteLongs: false,
    } as const;
    const { store, sent } = await sessionsOn({ driver, client });
    const session = await store.create({ n: 1 }, { user: 'user-1' });
    await store.patch(session, { n: 2 });
    expect((await store.get(session.id))?.version).toBe(session.version + 1);
    await store.destroyAll('user-1');
    const writes = sent.filter(({ command }) => writeNames.some(name => name in command));
    expect(writes.map(({ command }) => command['writeConcern'])).toEqual(
      writes.map(() => ({ w: 'majority' })),
    );
    const reads = sent.filter(({ command }) => 'find' in command);
    expect(reads.map(({ command }) => command['readConcern'])).toEqual(reads.map(() => ({ level: 'local' })));
  });
});

describe.each(drivers)('other deployments and settings on $name', driver => {
  test('strict reads are linearizable', async () => {
    const { store, sent } = await sessionsOn({ driver, backend: { strictReads: true } });
    const { id } = await store.create({ n: 1 });
    expect((await store.get(id))?.data).toEqual({ n: 1 });
    expect(sent.at(-1)?.command['readConcern']).toEqual({ level: 'linearizable' });
  });

  test('a standalone server will do', async () => {
    const { store } = await sessionsOn({ driver, uri: standaloneUri() });
    const session = await store.create({ n: 1 }, { user: 'user-1' });
    await store.update(session.id, ({ n }) => ({ n: Number(n) + 1 }));
    const rotated = await store.rotate(session);
    expect(rotated).toMatchObject({ data: { n: 2 } });
    expect(await store.destroyAll('user-1')).toBe(1);
    expect(await store.get('id' in rotated ? rotated.id : '')).toBeNull();
  });
});

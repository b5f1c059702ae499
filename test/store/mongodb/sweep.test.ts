import { expect, test } from 'vitest';
import { drivers } from '../../real/support/drivers.ts';
import { sessionsOn } from './support/sessions.ts';

const rounds = 160;

// A sweep along an index whose key a refresh moves would miss those that move behind it.
test(`log out everywhere leaves none of many sessions that are refreshed and written meanwhile, ${rounds} times`, async () => {
  const store = { refreshEverySeconds: 0 };
  const { store: sessions, collection } = await sessionsOn({ store });
  const round = async (_: unknown, index: number) => {
    const user = `user-${index}`;
    const all = await Promise.all(Array.from({ length: 5 }, (__, n) => sessions.create({ n }, { user })));
    const uses = all.flatMap(session => [sessions.get(session.id), sessions.patch(session, { more: 1 })]);
    const ended = await sessions.destroyAll(user);
    await Promise.all(uses);
    const alive = await Promise.all(all.map(({ id }) => sessions.get(id)));
    return [
      ended,
      alive.filter(found => found !== null).length,
      await collection.countDocuments({ u: user }),
    ];
  };
  for (let begin = 0; begin < rounds; begin += 16) {
    const results = await Promise.all(Array.from({ length: 16 }, (_, n) => round(_, begin + n)));
    expect(results).toEqual(results.map(() => [5, 0, 0]));
  }
});

test.each(drivers)('of thousands of sessions of a user none is left, with $name', async driver => {
  const { store, collection } = await sessionsOn({ driver });
  const session = await store.create({ n: 1 }, { user: 'user-1' });
  const [one] = await collection.find({ v: session.version }).toArray();
  const many = Array.from({ length: 1200 }, (_, n) => ({
    ...one,
    _id: `${n}`.padStart(43, 'x'),
    h: `h${n}`,
  }));
  // Their ids are those of a hash, not of the driver's own.
  await collection.insertMany(many as object[]);
  expect(await store.list('user-1')).toHaveLength(1201);
  expect(await store.destroyAll('user-1', { except: session.handle })).toBe(1200);
  expect(await store.list('user-1')).toMatchObject([{ handle: session.handle }]);
});

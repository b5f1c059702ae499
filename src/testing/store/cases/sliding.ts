import { ok, strictEqual } from 'node:assert';
import type { SessionStoreOptions } from '../../../store/options/store-options.ts';
import { refreshEvery } from '../../../store/options/settings.ts';
import type { Ground, Store } from '../support/ground.ts';
import { living } from '../support/samples.ts';
import type { ContractCase } from '../options.ts';
import { Random } from '../support/random.ts';

const minute = 60;
const day = 24 * 60 * minute;

type Life = Pick<SessionStoreOptions, 'refreshEverySeconds'> & { readonly idleSeconds: number };

const lives: readonly Life[] = [
  { idleSeconds: 30 * minute },
  { idleSeconds: 10 * minute, refreshEverySeconds: 0 },
  { idleSeconds: 7 * day },
  { idleSeconds: 14 * day, refreshEverySeconds: 12 * 60 * minute },
];

/** Sliding: after its last use a session lives at least its idle time minus `refreshEverySeconds`. */
export function slidingCases(ground: Ground): readonly ContractCase[] {
  const random = {
    title:
      'A session that is used at random times, for weeks, lives at least idle − refreshEvery after each use.',
    run: () => usedAtRandom(ground),
  };
  if (!ground.timeCanPass) return [random];
  return [
    random,
    {
      title: 'A visitor who comes every 6 minutes is there after hours with an idle time of 30 minutes.',
      run: () => regularly(ground, { idleSeconds: 30 * minute, everySeconds: 6 * minute, visits: 60 }),
    },
    {
      title: 'A session of 7 days that is used each day does not end on the eighth, nor in two months.',
      run: () => regularly(ground, { idleSeconds: 7 * day, everySeconds: day, visits: 60 }),
    },
    {
      title: 'A session of 14 days that is read once in 13 days does not end.',
      run: () => regularly(ground, { idleSeconds: 14 * day, everySeconds: 13 * day, visits: 20 }),
    },
  ];
}

async function usedAtRandom(ground: Ground): Promise<void> {
  if (!ground.timeCanPass) return usedFor(ground, { idleSeconds: (8 * ground.shortMS) / 1000 }, 3);
  const mostSteps = Math.min(2 * ground.races, ground.clockIsSettable ? 1000 : 60);
  for (const life of lives) await usedFor(ground, life, mostSteps);
}

const weeksMS = 21 * day * 1000;

interface Used {
  readonly id: string;
  /** How long ago it was used. */
  restMS: number;
}

async function usedFor(ground: Ground, life: Life, mostSteps: number): Promise<void> {
  const store = await ground.store({ ...life, absoluteSeconds: 400 * day });
  const random = new Random(life.idleSeconds);
  const idleMS = life.idleSeconds * 1000;
  const { refreshEverySeconds: every } = life;
  const promisedMS = idleMS - refreshEvery(every === undefined ? undefined : every * 1000, idleMS);
  // With a real clock, the actions themselves take some time.
  const mostMS = Math.floor(
    ground.clockIsSettable ? promisedMS - 1 : Math.max(promisedMS - 20_000, promisedMS / 2),
  );
  const sessions: Used[] = await Promise.all(
    Array.from({ length: 5 }, async () => ({ id: (await store.create({ n: 0 })).id, restMS: 0 })),
  );
  for (let step = 0, passedMS = 0; step < mostSteps && passedMS < weeksMS; step += 1) {
    const gapMS = random.of(mostMS, Math.ceil(mostMS / 2), 1 + random.number(mostMS));
    await Promise.all(sessions.map(session => useIfDue(store, random, session, mostMS - gapMS)));
    await ground.pass(gapMS);
    passedMS += gapMS;
    for (const session of sessions) session.restMS += gapMS;
  }
  await Promise.all(sessions.map(({ id }) => use(store, random, id)));
  await ground.pass(idleMS + 100);
  for (const { id } of sessions) strictEqual(await store.get(id), null, 'It has not ended without use.');
}

/** @param mostMS if the last use was this long ago, the session must be used before time moves on */
async function useIfDue(store: Store, random: Random, session: Used, mostMS: number): Promise<void> {
  if (session.restMS <= mostMS && random.number(2) === 0) return;
  await use(store, random, session.id);
  session.restMS = 0;
}

/** @throws AssertionError if it has ended */
async function use(store: Store, random: Random, id: string): Promise<void> {
  const kind = random.of('read', 'read', 'read', 'patch', 'update');
  const session = await store.get(id, { refresh: kind === 'read' });
  ok(session, 'A session has ended although it was used.');
  if (kind === 'patch') living(await store.patch(session, { n: 1 }));
  if (kind === 'update') living(await store.update(id, data => ({ n: Number(data['n']) + 1 })));
}

interface Regularly {
  readonly idleSeconds: number;
  readonly everySeconds: number;
  readonly visits: number;
}

async function regularly(ground: Ground, { idleSeconds, everySeconds, visits }: Regularly): Promise<void> {
  const store = await ground.store({ idleSeconds, absoluteSeconds: 400 * day });
  const { id } = await store.create({});
  for (let visit = 1; visit <= visits; visit += 1) {
    await ground.pass(everySeconds * 1000);
    ok(await store.get(id), `It has ended before the visit ${visit}.`);
  }
}

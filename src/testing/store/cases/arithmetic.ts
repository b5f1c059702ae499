import { deepStrictEqual, ok, strictEqual } from 'node:assert';
import type { SessionBackend } from '../../../store/backend/backend.ts';
import { bornAt, changedAt, refreshedAt, refusalOf } from '../../../store/backend/life.ts';
import type { Change } from '../../../store/backend/change.ts';
import type { NewSession, SessionKey, SessionRecord } from '../../../store/backend/session-record.ts';
import { call, type Ground } from '../support/ground.ts';
import type { ContractCase } from '../options.ts';
import { Random } from '../support/random.ts';
import { randomChange, randomSession } from '../support/random-changes.ts';
import { aKey, sameHeader } from '../support/samples.ts';

/** A back end whose server does the arithmetic gives the same results as `life.ts`. */
export function arithmeticCases(ground: Ground): readonly ContractCase[] {
  return [
    {
      title: 'A new session is stored as `bornAt` says.',
      run: () => onSessions(ground, 60, async () => {}),
    },
    {
      title: 'Random refreshes give what `refreshedAt` says.',
      run: () => onSessions(ground, 40, refreshedSome),
    },
    {
      title: 'Random writes give what `refusalOf` and `changedAt` say.',
      run: () => onSessions(ground, 60, writtenSome),
    },
  ];
}

interface Course {
  readonly ground: Ground;
  readonly backend: SessionBackend;
  readonly random: Random;
  record: SessionRecord;
}

async function onSessions(
  ground: Ground,
  count: number,
  test: (course: Course) => Promise<void>,
): Promise<void> {
  const backend = await ground.backend();
  const numbers = Array.from({ length: count }, (_, index) => index + 1);
  await Promise.all(
    numbers.map(async seed => {
      const random = new Random(seed);
      const course = { ground, backend, random, record: await born(ground, randomSession(random)) };
      await isStored(course);
      await test(course);
    }),
  );
}

async function born(ground: Ground, session: NewSession): Promise<SessionRecord> {
  const backend = await ground.backend();
  const { answer, check } = await timed(ground, () => backend.insert(session, call()));
  ok(answer.outcome === 'created', `A new session was ${answer.outcome}, not created.`);
  check(answer.header.seenAt);
  const expected = bornAt(session, answer.header.seenAt);
  sameHeader(answer.header, expected);
  return expected;
}

async function refreshedSome(course: Course): Promise<void> {
  const { ground, backend, random } = course;
  for (let round = 0; round < 4; round += 1) {
    const { answer, check } = await timed(ground, () =>
      backend.refresh(random.of(course.record, keyOf(course.record)), call()),
    );
    ok(answer, 'A live session was not refreshed.');
    check(answer.seenAt);
    course.record = { ...course.record, ...refreshedAt(course.record, answer.seenAt) };
    sameHeader(answer, course.record);
    await isStored(course);
  }
}

async function writtenSome(course: Course): Promise<void> {
  const target = aKey(course.record.userKey);
  for (let round = 0; round < 8; round += 1) {
    await written(course, randomChange(course.random, course.record, target));
    await isStored(course);
  }
  if (course.record.successor === undefined) return;
  const refreshed = await course.backend.refresh(course.record, call());
  strictEqual(refreshed, undefined, 'A session with a `successor` was refreshed.');
}

async function written(course: Course, change: Change): Promise<void> {
  const { ground, backend, random, record } = course;
  const known = random.of(record, keyOf(record));
  const { answer, check } = await timed(ground, () => backend.write(known, change, call()));
  const refusal = refusalOf(record, change, record.seenAt);
  strictEqual(
    answer.outcome,
    refusal?.outcome ?? 'written',
    `This was the change: ${JSON.stringify(change)}`,
  );
  if (answer.outcome === 'rotated') sameHeader(answer.header, record);
  if (answer.outcome === 'conflict') deepStrictEqual(answer.record, record);
  if (answer.outcome !== 'written') return;
  check(answer.header.seenAt);
  course.record = changedAt(record, change, answer.header.seenAt);
  sameHeader(answer.header, course.record);
  const isKnown = record.version === change.knownVersion;
  if (!isKnown || answer.fields !== undefined) deepStrictEqual(answer.fields, course.record.fields);
}

/** Only the key, as for a caller that has not read the session. */
function keyOf({ userKey, hash }: SessionRecord): SessionKey {
  return { userKey, hash };
}

/** Returns the result, and checks that its time is from the store's clock. */
async function timed<R>(ground: Ground, act: () => Promise<R>) {
  const from = await ground.earliest();
  const answer = await act();
  const to = await ground.now();
  const check = (at: number): void =>
    ok(at >= from && at <= to, `The time ${at} is not of the store's clock: ${from} to ${to}.`);
  return { answer, check };
}

async function isStored({ backend, record }: Course): Promise<void> {
  const [found] = await backend.read([record], call());
  if (found instanceof Error) throw found;
  deepStrictEqual(found?.record, record, 'The stored session differs from the answer.');
  const { headers } = await backend.list(record.userKey, call());
  const header = headers.find(({ hash }) => hash === record.hash);
  ok(header, 'A live session is not listed under its user key.');
  sameHeader(header, record);
}

import { randomBytes } from 'node:crypto';
import { expect } from 'vitest';
import type { Live, SessionStore } from '../../../src/store/index.ts';
import { hashId } from '../../../src/store/ids/session-id.ts';
import { failureOf } from '../../real/support/outcome.ts';
import { leaksOf } from './leaks.ts';

export type Data = Record<string, unknown>;

/** Texts that stand in a session, and must not stand in an error of it. */
export interface Marks {
  readonly user: string;
  readonly value: string;
  readonly field: string;
  readonly device: string;
  readonly key: string;
}

export function newMarks(): Marks {
  const random = randomBytes(4).toString('hex');
  return {
    user: `plum${random}@user.example`,
    value: `plum${random} value`,
    field: `plum${random}.field`,
    device: `plum${random} device`,
    key: `plum${random} key of at least 32 random bytes`,
  };
}

/** With all of them. */
export function dataWith({ field, value }: Marks): Data {
  return { [field]: value, nested: { [field]: [value] } };
}

export function createWith(store: SessionStore<Data>, marks: Marks): Promise<Live<Data>> {
  return store.create(dataWith(marks), { user: marks.user, device: marks.device });
}

/** What stands in errors of a session: its id, its parts, its hash, and the marks. */
export function secretsOf(marks: Marks, session: Live<Data>): readonly string[] {
  const { id, handle } = session;
  return ['plum', ...Object.values(marks), id, ...id.split('.'), hashId(id), handle];
}

/** Every call of a store once; those that fail, with what they fail with. */
export async function failuresOf(
  store: SessionStore<Data>,
  session: Live<Data>,
  marks: Marks,
): Promise<readonly unknown[]> {
  const { id, handle } = session;
  const data = dataWith(marks);
  const { user, device, field, value } = marks;
  const calls = [
    () => store.beginLogIn(user),
    () => store.create(data, { user, device }),
    () => store.create(data),
    () => store.get(id),
    () => Promise.all([store.get(id), store.get(id)]),
    () => store.list(user),
    () => store.patch(session, { ...data, more: 'x'.repeat(600) }),
    () => store.patch(session, data, { conflict: 'error', unset: [field] }),
    () => store.update(id, () => ({ ...data, other: `${value} too` })),
    () => store.rotate(session),
    () => store.rotate(session, { user, device }),
    () => store.destroyByHandle(user, handle),
    () => store.destroyAll(user),
    () => store.destroy(id),
  ];
  const failures: unknown[] = [];
  for (const call of calls) failures.push(await failureOf(call()));
  return failures.filter(failure => failure !== undefined);
}

/** That there are so many failures at least, all of the store, and none says anything of the session. */
export function expectNoData(failures: readonly unknown[], secrets: readonly string[], least: number): void {
  expect(failures.length).toBeGreaterThanOrEqual(least);
  for (const failure of failures) {
    expect(failure).toMatchObject({ code: expect.stringMatching(/^ERR_SESSION_GUARD_/) });
    expect(leaksOf(failure, secrets)).toEqual([]);
  }
}

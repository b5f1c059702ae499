import { type Fixture, fixture } from '../fixture.ts';

/** A fixture with the documents a, b and c in the guarded collection. */
export async function seeded(...args: Parameters<typeof fixture>): Promise<Fixture> {
  const all = await fixture(...args);
  const { admin, appName } = all;
  const documents = ['a', 'b', 'c'].map(id => ({ _id: id }));
  await admin.db(appName).collection<{ _id: string }>('guarded').insertMany(documents);
  return all;
}

/** The commands that were sent as a part of a transaction. */
export function sentInside({ guarded: { sent } }: Fixture): string[] {
  return sent.filter(({ inTransaction }) => inTransaction).map(({ name }) => name);
}

/** The commands that were sent without one. */
export function sentOutside({ guarded: { sent } }: Fixture): string[] {
  return sent.filter(({ inTransaction }) => !inTransaction).map(({ name }) => name);
}

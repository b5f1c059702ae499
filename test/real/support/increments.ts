import { failCommand } from './fail-point.ts';
import type { Fixture } from './fixture.ts';
import { gate } from '../../support/gate.ts';
import type { WithTxnOptions } from '../../../src/index.ts';

/** Reads a counter and writes what it has read plus one, so that two at once conflict. */
export function increment(
  { manager, guarded: { items } }: Fixture,
  id: string,
  options?: WithTxnOptions,
): Promise<unknown> {
  return manager.withTxn(async session => {
    const hot = await items.findOne({ _id: id }, { session });
    await items.updateOne({ _id: id }, { $set: { n: (hot?.n ?? 0) + 1 } }, { session });
  }, options);
}

/** The name of the transactions that meet. */
export const increments = { name: 'increment' };

/** Conflicts at the document once: a fail point answers an update so. */
export async function meetOnce({ admin, appName, ...prepared }: Fixture, id: string): Promise<void> {
  const data = { failCommands: ['update'], errorCode: 112, errorLabels: ['TransientTransactionError'] };
  const off = await failCommand(admin, appName, { times: 1 }, data);
  await increment({ admin, appName, ...prepared }, id, increments);
  await off();
}

/** A transaction that has read and written a document, and waits. */
export async function hold({ manager, guarded: { items } }: Fixture, id: string) {
  const written = gate();
  const end = gate();
  const done = manager.withTxn(async session => {
    await items.findOne({ _id: id }, { session });
    await items.updateOne({ _id: id }, { $inc: { n: 1 } }, { session });
    written.open();
    await end.opened;
  }, increments);
  await written.opened;
  return { end: end.open, done };
}

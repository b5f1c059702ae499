import { reading, writing } from '../../calls/calls.ts';
import type { Framework } from '../framework.ts';
import type { MigrateFrom, OldSession } from './migrate-from.ts';

const read = reading('reading a session of the store before');
const remove = writing('ending a session of the store before');

/** @returns undefined where there is none, or its time is over */
export function oldStoreOf({ settings }: Framework): MigrateFrom | undefined {
  const { migrateFrom } = settings;
  return migrateFrom !== undefined && Date.now() < migrateFrom.until.getTime() ? migrateFrom : undefined;
}

export async function readOld(framework: Framework, id: string): Promise<OldSession | undefined> {
  const old = oldStoreOf(framework);
  const found = old && (await framework.parts.calls.run(read, async () => old.read(id)));
  return found ?? undefined;
}

export async function removeOld(framework: Framework, id: string): Promise<void> {
  const old = oldStoreOf(framework);
  if (old !== undefined) await framework.parts.calls.run(remove, async () => old.remove(id));
}

import { reading, type Task, writing } from '../../calls/calls.ts';
import type { Framework } from '../framework.ts';
import type { MigrateFrom, OldSession } from './migrate-from.ts';

const asked = 'The store before (migrateFrom)';
const read: Task = { ...reading('reading a session'), asked };
const remove: Task = { ...writing('ending a session'), asked };
/** Moving the expiry of a session there. */
export const touchOld: Task = { ...writing('refreshing a session'), asked };

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

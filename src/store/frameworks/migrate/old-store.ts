import { cleanCause } from '../../../errors/clean-cause.ts';
import { reading, type Task, writing } from '../../../platform/time/timed-calls.ts';
import type { FrameworkContext } from '../shared/framework-context.ts';
import type { MigrateFrom, OldSession } from '../shared/migrate-from.ts';

const asked = 'The store before (migrateFrom)';
const read: Task = { ...reading('reading a session'), asked };
const remove: Task = { ...writing('ending a session'), asked };
/** Moving the expiry of a session there. */
export const touchOld: Task = { ...writing('refreshing a session'), asked };

/** @returns undefined if there is none, or its date has passed */
export function oldStoreOf({ settings }: Pick<FrameworkContext, 'settings'>): MigrateFrom | undefined {
  const { migrateFrom } = settings;
  return migrateFrom !== undefined && Date.now() < migrateFrom.until.getTime() ? migrateFrom : undefined;
}

export async function readOld(framework: FrameworkContext, id: string): Promise<OldSession | undefined> {
  const old = oldStoreOf(framework);
  const found =
    old && (await framework.context.calls.run(read, () => withoutId(id, async () => old.read(id))));
  return isOldSession(found) ? found : undefined;
}

export async function removeOld(framework: FrameworkContext, id: string): Promise<void> {
  const old = oldStoreOf(framework);
  if (old !== undefined)
    await framework.context.calls.run(remove, () => withoutId(id, async () => old.remove(id)));
}

/** Other programs may store other records there: a record without a cookie is not a session of a framework. */
function isOldSession(found: unknown): found is OldSession {
  if (typeof found !== 'object' || found === null) return false;
  const { data }: { data?: unknown } = found;
  if (typeof data !== 'object' || data === null) return false;
  const { cookie }: { cookie?: unknown } = data;
  return typeof cookie === 'object' && cookie !== null;
}

/** An error of the application's own functions may contain the id: no log should have it. */
export async function withoutId<R>(id: string, ask: () => Promise<R>): Promise<R> {
  try {
    return await ask();
  } catch (error) {
    throw cleanCause(error, [id]);
  }
}

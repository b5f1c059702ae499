import type { EndReason } from '../audit/audit-event.ts';
import { changeOf } from '../backend/change.ts';
import { isAlias } from '../backend/life.ts';
import type { SessionHeader, SessionKey } from '../backend/session-record.ts';
import { afterWrite } from '../requests/after-write.ts';
import { type Task, writing } from '../../platform/time/timed-calls.ts';
import { longestSeconds } from '../options/settings.ts';
import type { StoreContext } from '../sessions/store-context.ts';
import { forgetAliases } from '../sessions/aliases.ts';

const usual = writing('ending a session');

/**
 * Removes a session and its successor. The successor comes first, so that a call that fails half-way finds it again when it is
 * repeated.
 * @returns whether one of them was alive
 */
export function destroy(
  context: StoreContext,
  key: SessionKey,
  { reason, task = usual }: { readonly reason: EndReason; readonly task?: Task },
): Promise<boolean> {
  return end(context, key, { task, reason, seen: new Set() });
}

interface How {
  readonly task: Task;
  readonly reason: EndReason;
  /** The hashes of the records that led here. */
  readonly seen: Set<string>;
}

async function end(context: StoreContext, key: SessionKey, how: How): Promise<boolean> {
  if (how.seen.has(key.hash)) return false;
  how.seen.add(key.hash);
  const found = await context.calls.run(how.task, (backend, call) =>
    backend.remove(key, 'unless rotated', call),
  );
  if (found === undefined) return false;
  const { header, live } = found;
  const { successor } = header;
  if (successor !== undefined) return afterWrite(() => endBoth(context, header, successor, how));
  if (live) auditEnd(context, header, how);
  await forgetAliases(context, header);
  return live;
}

async function endBoth(
  context: StoreContext,
  old: SessionHeader,
  successor: SessionKey,
  how: How,
): Promise<boolean> {
  // An alias is not a session: its target may have ended long ago.
  const wasAlive = !isAlias(old) && (await stop(context, old, successor, how));
  const successorWasAlive = await end(context, successor, how);
  await context.calls.run(how.task, (backend, call) => backend.remove(old, 'always', call));
  // It is one session: the end of the successor is reported.
  if (wasAlive && !successorWasAlive) auditEnd(context, old, how);
  return wasAlive || successorWasAlive;
}

/** For `destroyAll` there is one event for all sessions of the user. */
function auditEnd({ audit }: StoreContext, header: SessionHeader, { reason }: How): void {
  if (reason !== 'everywhere') audit.ended(header, reason);
}

/**
 * A rotation may be in progress that has not stored the new session yet: it checks the old session after that, and stops if the
 * old session is only an alias.
 * @returns whether it was alive
 */
async function stop(
  context: StoreContext,
  old: SessionHeader,
  successor: SessionKey,
  { task }: How,
): Promise<boolean> {
  const change = changeOf({ successor, endsInMS: longestSeconds * 1000 });
  const written = await context.calls.run(task, (backend, call) => backend.write(old, change, call));
  return written.outcome === 'written';
}

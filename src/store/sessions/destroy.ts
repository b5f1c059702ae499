import type { EndReason } from '../audit/audit-event.ts';
import { changeOf } from '../backend/change.ts';
import { isPointer } from '../backend/life.ts';
import type { SessionKey } from '../backend/session-key.ts';
import type { SessionHeader } from '../backend/session-record.ts';
import { afterWrite } from '../calls/after-write.ts';
import { type Task, writing } from '../calls/calls.ts';
import { longestSeconds } from '../options/longest.ts';
import type { Parts } from './parts.ts';
import { forgetPointers } from './pointers.ts';

const usual = writing('ending a session');

/**
 * Removes a session, and what it has become: that first, so that a call that fails half-way finds it when it is made once more.
 * @returns whether one of them was alive
 */
export function destroy(
  parts: Parts,
  key: SessionKey,
  { reason, task = usual }: { readonly reason: EndReason; readonly task?: Task },
): Promise<boolean> {
  return end(parts, key, { task, reason, seen: new Set() });
}

interface How {
  readonly task: Task;
  readonly reason: EndReason;
  /** The hashes of what leads here. */
  readonly seen: Set<string>;
}

async function end(parts: Parts, key: SessionKey, how: How): Promise<boolean> {
  if (how.seen.has(key.hash)) return false;
  how.seen.add(key.hash);
  const found = await parts.calls.run(how.task, (backend, call) => backend.remove(key, 'without next', call));
  if (found === undefined) return false;
  const { header, live } = found;
  const { next } = header;
  if (next !== undefined) return afterWrite(() => endBoth(parts, header, next, how));
  if (live) tell(parts, header, how);
  await forgetPointers(parts, header);
  return live;
}

async function endBoth(parts: Parts, old: SessionHeader, next: SessionKey, how: How): Promise<boolean> {
  // A pointer is no session: what it led to may have ended long ago.
  const wasAlive = !isPointer(old) && (await stop(parts, old, next, how));
  const nextWasAlive = await end(parts, next, how);
  await parts.calls.run(how.task, (backend, call) => backend.remove(old, 'any', call));
  // One session: what it has become is told.
  if (wasAlive && !nextWasAlive) tell(parts, old, how);
  return wasAlive || nextWasAlive;
}

/** Of all sessions of a user it is told once. */
function tell({ audit }: Parts, header: SessionHeader, { reason }: How): void {
  if (reason !== 'everywhere') audit.ended(header, reason);
}

/**
 * A rotation may be on its way, which has yet to store the new session: it looks at the old one after that, and does not go on
 * with one that is but a pointer.
 * @returns whether it was alive
 */
async function stop(parts: Parts, old: SessionHeader, next: SessionKey, { task }: How): Promise<boolean> {
  const change = changeOf({ next, endsInMS: longestSeconds * 1000 });
  const written = await parts.calls.run(task, (backend, call) => backend.write(old, change, call));
  return written.outcome === 'written';
}

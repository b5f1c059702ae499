import { isPointer } from '../backend/life.ts';
import type { SessionKey } from '../backend/session-key.ts';
import { type Task, writing } from '../calls/calls.ts';
import type { Parts } from './parts.ts';
import { forgetPointers } from './pointers.ts';

const usual = writing('ending a session');

/**
 * Removes a session, and what it has become.
 * @returns whether one of them was alive
 */
export async function destroy(parts: Parts, key: SessionKey, task: Task = usual): Promise<boolean> {
  let alive = false;
  const seen = new Set<string>();
  for (let next: SessionKey | undefined = key; next !== undefined && !seen.has(next.hash); ) {
    seen.add(next.hash);
    const at: SessionKey = next;
    const removed = await parts.calls.run(task, (backend, call) => backend.remove(at, call));
    // A pointer is no session: what it led to may have ended long ago.
    alive ||= removed?.live === true && !isPointer(removed.header);
    next = removed?.header.next;
    if (removed !== undefined && next === undefined) await forgetPointers(parts, removed.header);
  }
  return alive;
}

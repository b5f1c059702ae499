import { randomUUID } from 'node:crypto';
import type { NewFence } from '../backend/fence.ts';
import { isLive, isPointer } from '../backend/life.ts';
import type { SessionHeader } from '../backend/session-record.ts';
import { afterWrite } from '../calls/after-write.ts';
import { writing } from '../calls/calls.ts';
import { destroy } from './destroy.ts';
import { follow } from './follow.ts';
import { type Listed, liveOf } from './list.ts';
import { readLive } from './read-live.ts';
import type { Parts } from './parts.ts';

const task = writing("ending a user's sessions");

/**
 * Ends one session of a user by its public name.
 * @returns whether it was alive
 */
export async function destroyByHandle(parts: Parts, user: string, handle: string): Promise<boolean> {
  let alive = false;
  // A rotation may be on its way: whoever has the handle next is ended as well.
  let found = await ofHandle(parts, user, handle);
  while (found.length > 0) {
    const ended = await Promise.all(found.map(({ key }) => destroy(parts, key, { reason: 'by handle' })));
    alive ||= ended.includes(true);
    found = await afterWrite(() => ofHandle(parts, user, handle));
  }
  return alive;
}

async function ofHandle(parts: Parts, user: string, handle: string): Promise<readonly Listed[]> {
  return (await liveOf(parts, user)).filter(({ header }) => header.handle === handle);
}

/**
 * A fence for all log-ins that have begun, then the end of all sessions.
 * @param except the handle of the one that stays
 * @returns how many there were
 */
export async function destroyAll(parts: Parts, user: string, except: string | undefined): Promise<number> {
  const fence = { generation: randomUUID(), except, lifeMS: parts.fenceLife.ms };
  const ended = new Set<string>();
  let isFirst = true;
  let isDone = false;
  try {
    for (const tag of parts.tags.all(user)) {
      const end = () => endAllOf(parts, { tag, user, fence });
      const headers = await (isFirst ? end() : afterWrite(end));
      isFirst = false;
      for (const { handle } of headers) ended.add(handle);
    }
    isDone = true;
  } finally {
    // What has failed half-way has ended some.
    if (isDone || ended.size > 0) parts.audit.endedEverywhere(ended.size);
  }
  return ended.size;
}

interface Whose {
  readonly tag: string;
  readonly user: string;
  readonly fence: NewFence;
}

/** @returns those that were alive */
async function endAllOf(parts: Parts, { tag, user, fence }: Whose): Promise<readonly SessionHeader[]> {
  const { except } = fence;
  // Before what leads to them is swept: a call that fails half-way finds these again when it is made once more.
  const { headers, now } = await parts.calls.run(task, (backend, call) => backend.list(tag, call));
  const own = headers.filter(header => header.user === user && header.handle !== except);
  const targets = own.filter(({ next }) => next !== undefined);
  const endThem = () => endTargets(parts, targets, except);
  const led = await (targets.length > 1 ? afterWrite(endThem) : endThem());
  const sweep = () => parts.calls.run(task, (backend, call) => backend.endAll(tag, user, fence, call));
  const removed = await (targets.length > 0 ? afterWrite(sweep) : sweep());
  const become = await afterWrite(() => endTargets(parts, removed, except));
  // What was over may lie there still; and a pointer alone is no session.
  const swept = removed.filter(header => isLive(header, now) && !isPointer(header));
  return [...led, ...swept, ...become];
}

/**
 * @param except the handle of the session that stays: a log-in may have given another one to what a session has become
 * @returns those whose target was alive. It is let alone where it belongs to somebody else by now.
 */
async function endTargets(
  parts: Parts,
  from: readonly SessionHeader[],
  except: string | undefined,
): Promise<readonly SessionHeader[]> {
  const ended = await Promise.all(from.map(header => endTarget(parts, header, except)));
  return from.filter((_, index) => ended[index]);
}

async function endTarget(parts: Parts, from: SessionHeader, except: string | undefined): Promise<boolean> {
  const { user, next } = from;
  if (next === undefined) return false;
  if (isPointer(from) || except !== undefined) {
    const target = (await readLive(parts, next))?.record;
    if (isPointer(from) && target?.user !== user) return false;
    const become = target && (await follow(parts, target));
    if (except !== undefined && become?.handle === except) return false;
  }
  return destroy(parts, next, { reason: 'everywhere', task });
}

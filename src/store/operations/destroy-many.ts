import { randomUUID } from 'node:crypto';
import type { NewRevocationMark } from '../backend/revocation-mark.ts';
import { isAlias, isLive } from '../backend/life.ts';
import type { SessionHeader } from '../backend/session-record.ts';
import { afterWrite } from '../requests/after-write.ts';
import { writing } from '../../platform/time/timed-calls.ts';
import { destroy } from './destroy.ts';
import { lastSuccessor } from '../sessions/last-successor.ts';
import { type Listed, liveSessionsOf } from './list.ts';
import { readLive } from '../sessions/loaded.ts';
import type { StoreContext } from '../sessions/store-context.ts';

const task = writing("ending a user's sessions");

/**
 * Ends one session of a user by its public name.
 * @returns whether it was alive
 */
export async function destroyByHandle(context: StoreContext, user: string, handle: string): Promise<boolean> {
  let alive = false;
  // A rotation may be in progress: the successor, which has the same handle, is ended too.
  let found = await ofHandle(context, user, handle);
  while (found.length > 0) {
    const ended = await Promise.all(found.map(({ key }) => destroy(context, key, { reason: 'by handle' })));
    alive ||= ended.includes(true);
    found = await afterWrite(() => ofHandle(context, user, handle));
  }
  return alive;
}

async function ofHandle(context: StoreContext, user: string, handle: string): Promise<readonly Listed[]> {
  return (await liveSessionsOf(context, user)).filter(({ header }) => header.handle === handle);
}

/**
 * A revocation mark, which refuses all log-ins that have begun, then the end of all sessions.
 * @param except the handle of the session that stays
 * @returns how many sessions have ended
 */
export async function destroyAll(
  context: StoreContext,
  user: string,
  except: string | undefined,
): Promise<number> {
  const mark = { epoch: randomUUID(), except, lifeMS: context.markLife.ms };
  const ended = new Set<string>();
  let isFirst = true;
  let isDone = false;
  try {
    for (const userKey of context.userKeys.all(user)) {
      const end = () => endAllOf(context, { userKey, user, mark });
      const headers = await (isFirst ? end() : afterWrite(end));
      isFirst = false;
      for (const { handle } of headers) ended.add(handle);
    }
    isDone = true;
  } finally {
    // A call that failed half-way has also ended some sessions.
    if (isDone || ended.size > 0) context.audit.endedEverywhere(ended.size);
  }
  return ended.size;
}

interface Whose {
  readonly userKey: string;
  readonly user: string;
  readonly mark: NewRevocationMark;
}

/** @returns the sessions that were alive */
async function endAllOf(
  context: StoreContext,
  { userKey, user, mark }: Whose,
): Promise<readonly SessionHeader[]> {
  const { except } = mark;
  // Before the records that lead to them are deleted: if the call fails half-way, the next call finds these sessions again.
  const { headers, now } = await context.calls.run(task, (backend, call) => backend.list(userKey, call));
  const own = headers.filter(header => header.user === user && header.handle !== except);
  const targets = own.filter(({ successor }) => successor !== undefined);
  const endThem = () => endTargets(context, targets, except);
  const endedBefore = await (targets.length > 1 ? afterWrite(endThem) : endThem());
  const sweep = () => context.calls.run(task, (backend, call) => backend.endAll(userKey, user, mark, call));
  const removed = await (targets.length > 0 ? afterWrite(sweep) : sweep());
  const endedAfter = await afterWrite(() => endTargets(context, removed, except));
  // Expired records may still exist, and an alias is not a session.
  const swept = removed.filter(header => isLive(header, now) && !isAlias(header));
  return [...endedBefore, ...swept, ...endedAfter];
}

/**
 * @param except the handle of the session that stays: a log-in may have given the successor another handle
 * @returns the records whose target was alive. A target that belongs to another user now is not ended.
 */
async function endTargets(
  context: StoreContext,
  from: readonly SessionHeader[],
  except: string | undefined,
): Promise<readonly SessionHeader[]> {
  const ended = await Promise.all(from.map(header => endTarget(context, header, except)));
  return from.filter((_, index) => ended[index]);
}

async function endTarget(
  context: StoreContext,
  from: SessionHeader,
  except: string | undefined,
): Promise<boolean> {
  const { user, successor } = from;
  if (successor === undefined) return false;
  if (isAlias(from) || except !== undefined) {
    const target = (await readLive(context, successor))?.record;
    if (isAlias(from) && target?.user !== user) return false;
    const last = target && (await lastSuccessor(context, target));
    if (except !== undefined && last?.handle === except) return false;
  }
  return destroy(context, successor, { reason: 'everywhere', task });
}

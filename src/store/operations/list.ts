import { isLive } from '../backend/life.ts';
import type { SessionHeader, SessionKey } from '../backend/session-record.ts';
import { reading } from '../../platform/time/timed-calls.ts';
import { lastSuccessor } from '../sessions/last-successor.ts';
import type { StoreContext } from '../sessions/store-context.ts';
import { dropDeadAlias } from '../sessions/aliases.ts';

/** A session of a user, and the key with which it has to be ended. */
export interface Listed {
  /** The key of the alias, if there is one, so that both are removed. */
  readonly key: SessionKey;
  readonly header: SessionHeader;
}

const task = reading("listing a user's sessions");

/** The live sessions of a user, each once, by whatever user keys and aliases they are found. */
export async function liveSessionsOf(context: StoreContext, user: string): Promise<readonly Listed[]> {
  const userKeys = context.userKeys.all(user);
  const lists = await Promise.all(
    userKeys.map(userKey => context.calls.run(task, (backend, call) => backend.list(userKey, call))),
  );
  const found = await Promise.all(
    lists.flatMap(({ headers, now }) =>
      headers
        .filter(header => header.user === user && isLive(header, now))
        .map(header => resolved(context, header, now)),
    ),
  );
  return eachOnce(found.filter(listed => listed !== undefined));
}

async function resolved(
  context: StoreContext,
  from: SessionHeader,
  now: number,
): Promise<Listed | undefined> {
  const header = await lastSuccessor(context, from);
  if (header === undefined) await dropDeadAlias(context, from, now);
  return header && { key: from, header };
}

function eachOnce(found: readonly Listed[]): readonly Listed[] {
  const byHandle = new Map<string, Listed>();
  for (const listed of found) {
    const known = byHandle.get(listed.header.handle);
    // The key of the alias is kept: its removal removes both.
    if (known === undefined || known.header.hash === known.key.hash)
      byHandle.set(listed.header.handle, listed);
  }
  return [...byHandle.values()];
}

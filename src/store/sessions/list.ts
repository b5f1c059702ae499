import { isLive } from '../backend/life.ts';
import type { SessionKey } from '../backend/session-key.ts';
import type { SessionHeader } from '../backend/session-record.ts';
import { reading } from '../calls/calls.ts';
import { follow } from './follow.ts';
import type { Parts } from './parts.ts';
import { dropDeadPointer } from './pointers.ts';

/** A session of a user, and what has to be destroyed to end it. */
export interface Listed {
  /** That of the pointer where one leads there, so that both go. */
  readonly key: SessionKey;
  readonly header: SessionHeader;
}

const task = reading("listing a user's sessions");

/** The live sessions of a user, each once, whatever tags and pointers they are found by. */
export async function liveOf(parts: Parts, user: string): Promise<readonly Listed[]> {
  const tags = parts.tags.all(user);
  const lists = await Promise.all(
    tags.map(tag => parts.calls.run(task, (backend, call) => backend.list(tag, call))),
  );
  const found = await Promise.all(
    lists.flatMap(({ headers, now }) =>
      headers
        .filter(header => header.user === user && isLive(header, now))
        .map(header => resolved(parts, header, now)),
    ),
  );
  return eachOnce(found.filter(listed => listed !== undefined));
}

async function resolved(parts: Parts, from: SessionHeader, now: number): Promise<Listed | undefined> {
  const header = await follow(parts, from);
  if (header === undefined) await dropDeadPointer(parts, from, now);
  return header && { key: from, header };
}

function eachOnce(found: readonly Listed[]): readonly Listed[] {
  const byHandle = new Map<string, Listed>();
  for (const listed of found) {
    const known = byHandle.get(listed.header.handle);
    // The one that leads there is kept: removing it removes both.
    if (known === undefined || known.header.hash === known.key.hash)
      byHandle.set(listed.header.handle, listed);
  }
  return [...byHandle.values()];
}

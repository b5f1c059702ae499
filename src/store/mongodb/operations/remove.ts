import type { Call, Removable, Removed } from '../../backend/backend.ts';
import { isLive } from '../../backend/life.ts';
import type { SessionKey } from '../../backend/session-record.ts';
import { foreignDocument, headerOf, headerProjection, timeIn } from '../documents/session-document.ts';
import { hasNoNext } from '../pipelines/expressions.ts';
import type { Commands } from '../server/commands.ts';

/** One command if there is something to remove; a session that stays because it has a `next` is read by a second command. */
export async function remove(
  commands: Commands,
  { tag, hash }: SessionKey,
  which: Removable,
  call: Call,
): Promise<Removed | undefined> {
  const own = { _id: hash, t: tag };
  if (which === 'always') return removedFrom(await commands.remove(own, call));
  for (;;) {
    const removed = await commands.remove({ ...own, ...hasNoNext }, call);
    if (removed !== undefined) return removedFrom(removed);
    const left = removedFrom(await commands.findOne(own, { projection: headerProjection }, call));
    // Without a `next`: the session was stored meanwhile, or a rotation was undone.
    if (left === undefined || left.header.next !== undefined) return left;
  }
}

function removedFrom(document: object | undefined): Removed | undefined {
  if (document === undefined) return undefined;
  const now = timeIn(document);
  if (now === undefined) throw foreignDocument();
  const header = headerOf(document);
  return { header, live: isLive(header, now) };
}

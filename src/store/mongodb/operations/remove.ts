import type { Call, Removable, Removed } from '../../backend/backend.ts';
import { isLive } from '../../backend/life.ts';
import type { SessionKey } from '../../backend/session-record.ts';
import { foreignDocument, headerOf, headerProjection, timeIn } from '../documents/session-document.ts';
import { isNotRotated } from '../pipelines/expressions.ts';
import type { Commands } from '../server/commands.ts';

/** One command if there is something to remove; a session that stays because it was rotated is read by a second command. */
export async function remove(
  commands: Commands,
  { userKey, hash }: SessionKey,
  which: Removable,
  call: Call,
): Promise<Removed | undefined> {
  const own = { _id: hash, t: userKey };
  if (which === 'always') return removedFrom(await commands.remove(own, call));
  for (;;) {
    const removed = await commands.remove({ ...own, ...isNotRotated }, call);
    if (removed !== undefined) return removedFrom(removed);
    const left = removedFrom(await commands.findOne(own, { projection: headerProjection }, call));
    // Without a successor: the session was stored meanwhile, or a rotation was undone.
    if (left === undefined || left.header.successor !== undefined) return left;
  }
}

function removedFrom(document: object | undefined): Removed | undefined {
  if (document === undefined) return undefined;
  const now = timeIn(document);
  if (now === undefined) throw foreignDocument();
  const header = headerOf(document);
  return { header, live: isLive(header, now) };
}

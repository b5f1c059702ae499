import type { Call, Removed } from '../../backend/backend.ts';
import { isLive } from '../../backend/life.ts';
import type { SessionKey } from '../../backend/session-key.ts';
import { foreignDocument } from '../documents/foreign-document.ts';
import { headerOf, timeIn } from '../documents/session-document.ts';
import type { Commands } from '../server/commands.ts';

export async function remove(
  commands: Commands,
  { tag, hash }: SessionKey,
  call: Call,
): Promise<Removed | undefined> {
  const removed = await commands.remove({ _id: hash, t: tag }, call);
  if (removed === undefined) return undefined;
  const now = timeIn(removed);
  if (now === undefined) throw foreignDocument();
  const header = headerOf(removed);
  return { header, live: isLive(header, now) };
}

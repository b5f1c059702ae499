import { clock } from '../../../platform/time/clock.ts';
import type { Call, HeaderList } from '../../backend/backend.ts';
import { isMarkDocument } from '../documents/revocation-mark-document.ts';
import { headerOf, headerProjection, timeIn } from '../documents/session-document.ts';
import type { Commands } from '../server/commands.ts';

export async function list(
  commands: Commands,
  userKey: string,
  strict: boolean,
  call: Call,
): Promise<HeaderList> {
  const sentAt = clock.now();
  const documents = await commands.find({ t: userKey }, { projection: headerProjection, strict }, call);
  const sessions = documents.filter(document => !isMarkDocument(document));
  const begun = (sessions[0] && timeIn(sessions[0])) ?? 0;
  // A list of several batches has the time of the first batch.
  return { headers: sessions.map(headerOf), now: begun + Math.ceil(clock.now() - sentAt) };
}

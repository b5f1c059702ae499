import type { Call } from '../../backend/backend.ts';
import type { RevocationMarkReading } from '../../backend/revocation-mark.ts';
import type { RevocationMarkReadings } from '../../requests/revocation-mark-reads.ts';
import { markId, markOf } from '../documents/revocation-mark-document.ts';
import { timeIn } from '../documents/session-document.ts';
import type { Commands } from '../server/commands.ts';

/** The revocation marks of user keys, and the time even if there is no mark: `$facet` always returns a document. */
export async function readMarks(
  commands: Commands,
  userKeys: readonly string[],
  call: Call,
): Promise<RevocationMarkReadings> {
  const answer = await commands.aggregate(
    [
      { $match: { _id: { $in: userKeys.map(markId) }, t: { $in: userKeys } } },
      { $facet: { found: [{ $limit: userKeys.length }] } },
      { $set: { now: '$$NOW' } },
    ],
    call,
  );
  const now = answer && timeIn(answer);
  if (answer === undefined || now === undefined)
    throw new Error('The server gave no time with its answer. Was the collection dropped?');
  const found = new Map(foundIn(answer).map(document => [idOf(document), document]));
  return new Map(userKeys.map(userKey => [userKey, readingOf(found.get(markId(userKey)), now)]));
}

interface FoundMark {
  readonly _id?: unknown;
}

function foundIn({ found }: { readonly found?: unknown }): readonly FoundMark[] {
  return Array.isArray(found) ? (found as FoundMark[]) : [];
}

function idOf({ _id }: FoundMark): unknown {
  return _id;
}

/** If one mark cannot be read, only its own user key gets the error. */
function readingOf(document: FoundMark | undefined, now: number): RevocationMarkReading | Error {
  try {
    return { mark: markOf(document, now), earliest: now, latest: now };
  } catch (error) {
    if (error instanceof Error) return error;
    throw error;
  }
}

import type { Call } from '../../backend/backend.ts';
import type { FenceReading } from '../../backend/fence.ts';
import type { FenceReadings } from '../../requests/fence-reads.ts';
import { fenceId, fenceOf } from '../documents/fence-document.ts';
import { timeIn } from '../documents/session-document.ts';
import type { Commands } from '../server/commands.ts';

/** The fences of tags, and the time even if there is no fence: `$facet` always returns a document. */
export async function readFences(
  commands: Commands,
  tags: readonly string[],
  call: Call,
): Promise<FenceReadings> {
  const answer = await commands.aggregate(
    [
      { $match: { _id: { $in: tags.map(fenceId) }, t: { $in: tags } } },
      { $facet: { found: [{ $limit: tags.length }] } },
      { $set: { now: '$$NOW' } },
    ],
    call,
  );
  const now = answer && timeIn(answer);
  if (answer === undefined || now === undefined)
    throw new Error('The server gave no time with its answer. Was the collection dropped?');
  const found = new Map(foundIn(answer).map(document => [idOf(document), document]));
  return new Map(tags.map(tag => [tag, readingOf(found.get(fenceId(tag)), now)]));
}

interface FoundFence {
  readonly _id?: unknown;
}

function foundIn({ found }: { readonly found?: unknown }): readonly FoundFence[] {
  return Array.isArray(found) ? (found as FoundFence[]) : [];
}

function idOf({ _id }: FoundFence): unknown {
  return _id;
}

/** If one fence cannot be read, only its own tag gets the error. */
function readingOf(document: FoundFence | undefined, now: number): FenceReading | Error {
  try {
    return { fence: fenceOf(document, now), earliest: now, latest: now };
  } catch (error) {
    if (error instanceof Error) return error;
    throw error;
  }
}

import type { Call } from '../../backend/backend.ts';
import type { FenceReading } from '../../backend/fence.ts';
import { fenceId, fenceOf } from '../documents/fence-document.ts';
import { timeIn } from '../documents/session-document.ts';
import type { Commands } from '../server/commands.ts';

/** The fence of a tag, and the time also where there is none: `$facet` gives a document in any case. */
export async function readFence(commands: Commands, tag: string, call: Call): Promise<FenceReading> {
  const answer = await commands.aggregate(
    [
      { $match: { _id: fenceId(tag), t: tag } },
      { $facet: { found: [{ $limit: 1 }] } },
      { $set: { now: '$$NOW' } },
    ],
    call,
  );
  const now = answer && timeIn(answer);
  if (answer === undefined || now === undefined)
    throw new Error('The server gave no time with its answer. Was the collection dropped?');
  return { fence: fenceOf(foundIn(answer), now), earliest: now, latest: now };
}

function foundIn({ found }: { readonly found?: unknown }): object | undefined {
  const first: unknown = Array.isArray(found) ? found[0] : undefined;
  return typeof first === 'object' && first !== null ? first : undefined;
}

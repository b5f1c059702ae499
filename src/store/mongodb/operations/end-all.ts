import type { Call } from '../../backend/backend.ts';
import type { NewFence } from '../../backend/fence.ts';
import type { SessionHeader } from '../../backend/session-record.ts';
import { afterWrite } from '../../calls/after-write.ts';
import { fenceId, fenceProjection } from '../documents/fence-document.ts';
import { headerOf } from '../documents/session-document.ts';
import { raiseFencePipeline } from '../pipelines/raise-fence.ts';
import type { Commands } from '../server/commands.ts';
import { isTakenId } from '../server/error-code.ts';

interface Whom {
  readonly tag: string;
  readonly user: string;
  readonly fence: NewFence;
}

/** How many are removed at the same time: as many as the driver has connections by default would keep all others waiting. */
const atOnce = 20;

/**
 * The fence, then a sweep until a pass finds nothing. Each session is removed by itself, since only so the answer has what was
 * there in the end: what it has become must end as well.
 */
export async function endAll(commands: Commands, whom: Whom, call: Call): Promise<readonly SessionHeader[]> {
  await raise(commands, whom.tag, whom.fence, call);
  return afterWrite(() => sweep(commands, whom, call));
}

async function sweep(commands: Commands, { tag, user, fence }: Whom, call: Call): Promise<SessionHeader[]> {
  const filter = { t: tag, u: user, ...(fence.except !== undefined && { h: { $ne: fence.except } }) };
  const removed: SessionHeader[] = [];
  for (;;) {
    const found = await commands.find(filter, { projection: { _id: 1 } }, call);
    if (found.length === 0) return removed;
    for (let begin = 0; begin < found.length; begin += atOnce) {
      const some = found.slice(begin, begin + atOnce);
      const gone = await Promise.all(some.map(one => commands.remove({ ...filter, ...one }, call)));
      removed.push(...gone.flatMap(headersOf));
    }
  }
}

/** Where several raise the first fence at once, the server refuses all but one: then there is one to be raised anew. */
async function raise(commands: Commands, tag: string, fence: NewFence, call: Call): Promise<void> {
  const filter = { _id: fenceId(tag), t: tag };
  const raised = { projection: fenceProjection, upsert: true };
  try {
    await commands.update(filter, raiseFencePipeline(fence), raised, call);
  } catch (error) {
    if (!isTakenId(error)) throw error;
    await raise(commands, tag, fence, call);
  }
}

/** None where another one was faster. */
function headersOf(removed: object | undefined): SessionHeader[] {
  return removed === undefined ? [] : [headerOf(removed)];
}

import type { Call } from '../../backend/backend.ts';
import type { NewFence } from '../../backend/fence.ts';
import type { SessionHeader } from '../../backend/session-record.ts';
import { afterWrite } from '../../requests/after-write.ts';
import { fenceId, fenceProjection } from '../documents/fence-document.ts';
import { headerOf } from '../documents/session-document.ts';
import { raiseFencePipeline } from '../pipelines/expressions.ts';
import type { Commands } from '../server/commands.ts';
import { isTakenId } from '../server/refusal.ts';

interface Whom {
  readonly tag: string;
  readonly user: string;
  readonly fence: NewFence;
}

/**
 * How many sessions are removed at the same time. As many as the driver's default pool size would make all other operations
 * wait.
 */
const atOnce = 20;

/**
 * First the fence, then passes until one finds nothing. Each session is removed by its own command, because only then does the
 * answer have the final record: its successor must end too.
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

/**
 * If several calls raise the first fence at once, the server refuses all except one: then the fence exists, and is raised
 * again.
 */
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

/** Empty if another call was faster. */
function headersOf(removed: object | undefined): SessionHeader[] {
  return removed === undefined ? [] : [headerOf(removed)];
}

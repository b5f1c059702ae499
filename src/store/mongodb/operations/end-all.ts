import type { Call } from '../../backend/backend.ts';
import type { NewRevocationMark } from '../../backend/revocation-mark.ts';
import type { SessionHeader } from '../../backend/session-record.ts';
import { afterWrite } from '../../requests/after-write.ts';
import { markId, markProjection } from '../documents/revocation-mark-document.ts';
import { headerOf } from '../documents/session-document.ts';
import { setMarkPipeline } from '../pipelines/expressions.ts';
import type { Commands } from '../server/commands.ts';
import { isTakenId } from '../server/refusal.ts';

interface Whom {
  readonly userKey: string;
  readonly user: string;
  readonly mark: NewRevocationMark;
}

/**
 * How many sessions are removed at the same time. As many as the driver's default pool size would make all other operations
 * wait.
 */
const atOnce = 20;

/**
 * First the revocation mark, then passes until one finds nothing. Each session is removed by its own command, because only then
 * does the answer have the final record: its successor must end too.
 */
export async function endAll(commands: Commands, whom: Whom, call: Call): Promise<readonly SessionHeader[]> {
  await setMark(commands, whom.userKey, whom.mark, call);
  return afterWrite(() => sweep(commands, whom, call));
}

async function sweep(
  commands: Commands,
  { userKey, user, mark }: Whom,
  call: Call,
): Promise<SessionHeader[]> {
  const filter = { t: userKey, u: user, ...(mark.except !== undefined && { h: { $ne: mark.except } }) };
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
 * If several calls set the first revocation mark at once, the server refuses all except one: then the mark exists, and is set
 * again.
 */
async function setMark(
  commands: Commands,
  userKey: string,
  mark: NewRevocationMark,
  call: Call,
): Promise<void> {
  const filter = { _id: markId(userKey), t: userKey };
  const options = { projection: markProjection, upsert: true };
  try {
    await commands.update(filter, setMarkPipeline(mark), options, call);
  } catch (error) {
    if (!isTakenId(error)) throw error;
    await setMark(commands, userKey, mark, call);
  }
}

/** Empty if another call was faster. */
function headersOf(removed: object | undefined): SessionHeader[] {
  return removed === undefined ? [] : [headerOf(removed)];
}

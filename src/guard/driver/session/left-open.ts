import { warningCodes } from '../../../errors/codes.ts';
import { notice } from '../../../platform/notices.ts';
import type { RequestScope } from '../../scope/async-scope.ts';
import type { DriverSession } from '../copies/driver-types.ts';
import { liveOf } from './attach.ts';

/** The sessions that a request has started and not ended: those of its own code, and those of running transaction runners. */
export function leftOpenBy(scope: RequestScope): {
  readonly own: readonly DriverSession[];
  readonly running: readonly DriverSession[];
} {
  // `attach` alone adds to them.
  const sessions = [...(scope.sessions ?? [])] as DriverSession[];
  const open = sessions.flatMap(session => {
    const live = session.hasEnded ? undefined : liveOf(session);
    return live === undefined || live.record.kept ? [] : [{ session, by: live.record.startedBy }];
  });
  return {
    own: open.filter(({ by }) => by === 'user').map(({ session }) => session),
    running: open.filter(({ by }) => by !== 'user').map(({ session }) => session),
  };
}

/** Ends what the code of a request has left open, and aborts the transactions that run on it. Sessions marked with `keep` stay. */
export async function endLeftOpenBy(scope: RequestScope): Promise<void> {
  await Promise.all(leftOpenBy(scope).own.map(endQuietly));
}

/** Nobody awaits this end, and the driver rejects none; a rule of severity `error` may. */
async function endQuietly(session: DriverSession): Promise<void> {
  const live = liveOf(session);
  live?.guard.publish({ type: 'session.left', session: live.record.id, of: 'request' }, live.record);
  try {
    await session.endSession?.();
  } catch (error) {
    notice(
      warningCodes.leftOpen,
      'A session that a request left open could not be ended in good order.',
      error,
    );
  }
}

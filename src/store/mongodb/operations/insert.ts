import type { Call, Inserted } from '../../backend/backend.ts';
import { isRevoked, type RevocationMarkReading } from '../../backend/revocation-mark.ts';
import { bornAt } from '../../backend/life.ts';
import type { NewSession, SessionHeader } from '../../backend/session-record.ts';
import { afterWrite } from '../../requests/after-write.ts';
import type { RevocationMarkReads } from '../../requests/revocation-mark-reads.ts';
import { clock } from '../../../platform/time/clock.ts';
import type { ServerClock } from '../../../platform/time/server-clock.ts';
import { documentOf } from '../documents/session-document.ts';
import type { Commands } from '../server/commands.ts';
import { checkSize } from '../server/size-limit.ts';

/** How much too early the creation time of a session may be, by the server's clock. */
const toleranceMS = 1000;

const mostTries = 3;

export interface Server {
  readonly commands: Commands;
  readonly serverClock: ServerClock;
  readonly marks: RevocationMarkReads;
}

/**
 * An insert cannot use the server's time: it is known from earlier answers. After each insert the revocation mark is read,
 * which also returns the time: if that time is different (the clock was set, or another server is the primary), the insert is
 * repeated.
 */
export async function insert(server: Server, session: NewSession, call: Call): Promise<Inserted> {
  const { commands, serverClock, marks } = server;
  checkSize(session.fields);
  for (let tries = 0; tries < mostTries; tries += 1) {
    const now = (serverClock.read() ?? (await marks.one(session.userKey, call))).earliest;
    const header = bornAt(session, now);
    const sentAt = clock.now();
    if (!(await commands.insert(documentOf(header), call))) return { outcome: 'taken' };
    // No mark refuses a session without a user.
    if (session.user === undefined) return { outcome: 'created', header };
    const { mark, earliest: time } = await afterWrite(() => lookOrWithdraw(server, header, call));
    const revokedBy = isRevoked(mark, header) ? mark : undefined;
    if (revokedBy === undefined && isRight(now, time, clock.now() - sentAt))
      return { outcome: 'created', header };
    await afterWrite(() => withdraw(commands, header, call));
    if (revokedBy !== undefined) return { outcome: 'revoked', mark: revokedBy };
  }
  throw new Error("The server's clock was set again and again while a session was created.");
}

/** If the read of the mark fails, the call fails: then no session should be left, either. */
async function lookOrWithdraw(
  { commands, marks }: Server,
  header: SessionHeader,
  call: Call,
): Promise<RevocationMarkReading> {
  try {
    return await marks.one(header.userKey, call);
  } catch (error) {
    await withdraw(commands, header, call).catch(() => undefined);
    throw error;
  }
}

async function withdraw(commands: Commands, header: SessionHeader, call: Call): Promise<void> {
  await commands.remove({ _id: header.hash, t: header.userKey, h: header.handle }, call);
}

function isRight(begun: number, now: number, tookMS: number): boolean {
  return begun <= now && now - begun <= tookMS + toleranceMS;
}

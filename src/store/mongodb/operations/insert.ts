import type { Call, Inserted } from '../../backend/backend.ts';
import { type Fence, isFenced } from '../../backend/fence.ts';
import { bornAt } from '../../backend/life.ts';
import type { NewSession, SessionHeader } from '../../backend/session-record.ts';
import { clock } from '../../../session/clock.ts';
import { fenceId, fenceOf, fenceProjection, isFenceDocument } from '../documents/fence-document.ts';
import { documentOf, timeIn } from '../documents/session-document.ts';
import type { Commands } from '../server/commands.ts';
import type { ServerClock } from '../server/server-clock.ts';
import { checkSize } from '../server/size-limit.ts';
import { readFence } from './fence.ts';

/** For so long the server's time is taken from its last answer. */
const timeIsKnownMS = 60_000;

/** How much too early a session may have begun by the server's clock. */
const toleranceMS = 1000;

const mostTries = 3;

/**
 * An insert cannot ask for the server's time: it is known from the answers before. Each insert is followed by a look at the fence,
 * which tells the time as well: if it was another one (the clock was set, another server is the primary), it is done once more.
 */
export async function insert(
  commands: Commands,
  serverClock: ServerClock,
  session: NewSession,
  call: Call,
): Promise<Inserted> {
  checkSize(session.fields);
  for (let tries = 0; tries < mostTries; tries += 1) {
    const now =
      serverClock.earliest(timeIsKnownMS) ?? (await readFence(commands, session.tag, call)).earliest;
    const header = bornAt(session, now);
    const sentAt = clock.now();
    if (!(await commands.insert(documentOf(header), call))) return { outcome: 'taken' };
    // Nobody's session has no fence.
    if (session.user === undefined) return { outcome: 'created', header };
    const { fence, time } = await lookOrWithdraw(commands, header, call);
    if (fence === undefined && isRight(now, time, clock.now() - sentAt))
      return { outcome: 'created', header };
    await withdraw(commands, header, call);
    if (fence !== undefined) return { outcome: 'fenced', fence };
  }
  throw new Error("The server's clock was set again and again while a session was created.");
}

interface Look {
  /** That keeps the session out. */
  readonly fence: Fence | undefined;
  /** The server's; unknown if the session is gone already. */
  readonly time: number | undefined;
}

/** Where the look fails, the caller is told of a failure: then there should be no session, either. */
async function lookOrWithdraw(commands: Commands, header: SessionHeader, call: Call): Promise<Look> {
  try {
    return await look(commands, header, call);
  } catch (error) {
    await withdraw(commands, header, call).catch(() => undefined);
    throw error;
  }
}

async function look(commands: Commands, header: SessionHeader, call: Call): Promise<Look> {
  const { tag, hash } = header;
  const filter = { _id: { $in: [hash, fenceId(tag)] }, t: tag };
  const found = await commands.find(filter, { projection: fenceProjection, most: 2 }, call);
  const [first] = found;
  const time = first && timeIn(first);
  if (time === undefined) return { fence: undefined, time };
  const fence = fenceOf(found.find(isFenceDocument), time);
  return { fence: isFenced(fence, header) ? fence : undefined, time };
}

async function withdraw(commands: Commands, header: SessionHeader, call: Call): Promise<void> {
  await commands.remove({ _id: header.hash, t: header.tag, h: header.handle }, call);
}

function isRight(begun: number, now: number | undefined, tookMS: number): boolean {
  return now === undefined || (begun <= now && now - begun <= tookMS + toleranceMS);
}

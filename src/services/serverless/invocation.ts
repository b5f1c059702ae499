import { invalidArgument } from '../../errors/errors.ts';
import { checkOptions } from '../../platform/options/check-options.ts';
import { aFunction, aWait } from '../../platform/options/checks.ts';
import { askOption } from '../../platform/failures.ts';
import { asDriverClient } from '../../guard/manager/client/driver-views.ts';
import { ConnectionManager } from '../../guard/manager/connection-manager.ts';
import { readsTail } from '../../guard/driver/client/work-in-flight.ts';
import { endLeftOpenBy, leftOpenBy } from '../../guard/driver/session/left-open.ts';
import { RequestNote } from '../../guard/runtime/request/request-note.ts';
import { leaveRequest, newRequest } from '../../guard/runtime/request/scope.ts';
import { guardOf } from '../../guard/runtime/process/shared-state.ts';
import { runInScope, type RequestScope } from '../../guard/scope/async-scope.ts';
import { clearTimeout, clock, longestTimerMS, setTimeout } from '../../platform/time/clock.ts';
import { processWide } from '../../platform/process-wide.ts';
import { typeOf } from '../error-facts.ts';
import { type BegunWork, countWorkOf } from './begun-work.ts';
import { aboutEvent, type RequestOfCall, remainingMS, returnAtOnce } from './platforms.ts';

export interface InvocationOptions<A extends readonly unknown[]> {
  /**
   * Gives the id, method and route of a call, for findings. Where it leaves one out, the value of the platform is used.
   * @default the values of AWS Lambda and of HTTP functions
   */
  readonly about?: ((...args: A) => RequestOfCall) | undefined;
  /**
   * How long a call waits, before it answers, for work that it has begun and not awaited, in milliseconds, 0 or more.
   * @default 5000, and never longer than the call may take
   */
  readonly settleMS?: number | undefined;
}

/** After a pause of this length the process may have been frozen, and its connections may be gone. In milliseconds. */
const pauseMS = 5000;

/** How often the server is asked after a pause: each failure makes the driver drop the connections that it had. */
const tries = 3;

/** The time that is kept for the answer itself, in milliseconds. */
const reserveMS = 200;

/** The calls that use one client, of all handlers of the process. */
interface Calls {
  running: number;
  /** When the last call was over. */
  idleSince: number;
}

const byClient = processWide('invocations', () => new WeakMap<object, Calls>());

function callsOn(client: object): Calls {
  const calls = byClient.get(client) ?? { running: 0, idleSince: clock.wall() };
  byClient.set(client, calls);
  return calls;
}

/**
 * Wraps a handler of AWS Lambda, of Google Cloud Functions, or a route handler or server action of Next.js. Each call is a scope.
 * Before it answers, work that was begun is waited for, and sessions that were left open are ended and reported: a process
 * may be frozen after the answer. After a pause, connections that are gone are replaced before the handler runs.
 * @example
 * ```ts
 * import { invocation } from 'session-guard/serverless';
 *
 * const handler = invocation(mongo, async (event: { id: string }) => orders.findOne({ _id: event.id }));
 * console.log((await handler({ id: 'order-1' }))?.sku); // → tea
 * ```
 * @param handler its arguments, its result and its errors are those of the returned function
 * @throws SessionGuardError for a manager, a handler or an option that cannot work
 */
export function invocation<A extends readonly unknown[], R>(
  manager: ConnectionManager,
  handler: (...args: A) => R | Promise<R>,
  options: InvocationOptions<A> = {},
): (...args: A) => Promise<R> {
  if (!(manager instanceof ConnectionManager))
    throw invalidArgument('invocation takes a ConnectionManager: invocation(manager, async event => …).');
  if (typeof handler !== 'function')
    throw invalidArgument(
      'invocation takes a function as its second argument: invocation(manager, async event => …).',
    );
  checkOptions<InvocationOptions<A>>(options, 'invocation', { about: aFunction, settleMS: aWait });
  const { about, settleMS = 5000 } = options;
  const calls = callsOn(manager.client);
  return async (...args) => {
    returnAtOnce(args);
    if (calls.running === 0 && clock.wall() - calls.idleSince >= pauseMS)
      await within(remainingMS(args) / 2, revive(manager));
    const request = newRequest(undefined);
    const given = () => askOption("The function 'about' of invocation", () => about?.(...args));
    const note = () => ({ ...aboutEvent(...args), ...withoutUndefined(given()) });
    request.context = new RequestNote(note, request.id);
    request.sessions = new Set();
    const begun = countWorkOf(request);
    calls.running += 1;
    try {
      return await runInScope(request, async () => handler(...args));
    } finally {
      await settle(manager, request, begun, Math.min(settleMS, remainingMS(args) - reserveMS));
      // The end of a session waits for its operations, which may hang.
      await within(remainingMS(args) - reserveMS, endLeftOpenBy(request));
      leaveRequest(request);
      calls.running -= 1;
      calls.idleSince = clock.wall();
    }
  };
}

/**
 * An undefined value must not hide the value of the platform.
 * @param given a function of the program may return anything
 */
function withoutUndefined(given: unknown): object {
  return Object.fromEntries(Object.entries(Object(given)).filter(([, value]) => value !== undefined));
}

/** Waits for what the call has begun, whatever else runs in the process. */
async function settle(
  { client }: ConnectionManager,
  request: RequestScope,
  begun: BegunWork,
  mostMS: number,
): Promise<void> {
  const known = asDriverClient(client);
  const start = clock.now();
  let quiet = false;
  while (clock.now() - start < mostMS) {
    // In a first call, a session waits for the connection, and is not seen before.
    const isConnecting = known.connectionLock !== undefined;
    // The next batch of a stream comes when something has happened: nobody waits for it.
    const isReading = begun.batches > 0 && !readsTail(known, guardOf(known));
    const busy = isConnecting || begun.work > 0 || isReading || leftOpenBy(request).running.length > 0;
    if (!busy && quiet) return;
    // Work that was begun in this tick can be seen in the next one.
    quiet = !busy;
    await new Promise(resolve => {
      setTimeout(resolve, quiet ? 0 : 3);
    });
  }
}

/** A first use of connections that may be gone, whose failure nobody sees. */
async function revive({ client }: ConnectionManager): Promise<void> {
  for (let tried = 0; tried < tries; tried += 1) {
    try {
      await client.db('admin').command({ ping: 1 });
      return;
    } catch (error) {
      // The driver has dropped the connections of that server.
      // Nothing is left to be replaced, and the driver has looked long enough: the handler gets the error of its own call.
      if (typeOf(error) === 'MongoServerSelectionError') return;
    }
  }
}

/** Waits for work, but not longer than the call may take. */
async function within(mostMS: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<void>(resolve => {
    timer = setTimeout(resolve, Math.min(Math.max(mostMS, 0), longestTimerMS));
  });
  try {
    await Promise.race([work, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}

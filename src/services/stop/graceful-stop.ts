import { demandObservation } from '../../guard/runtime/process/on-demand.ts';
import { warningCodes } from '../../errors/codes.ts';
import { invalidArgument } from '../../errors/errors.ts';
import { noteStopping } from '../../guard/manager/health.ts';
import { ConnectionManager } from '../../guard/manager/connection-manager.ts';
import { currentRequest } from '../../guard/scope/lookup.ts';
import type { RequestScope } from '../../guard/scope/async-scope.ts';
import { clock, setImmediate } from '../../platform/time/clock.ts';
import { notice } from '../../platform/notices.ts';
import { Deadline } from './deadline.ts';
import { HttpDrain, hurriedMS } from './http-drain.ts';
import { type GracefulStopOptions, planStop, type StopPlan } from './options.ts';
import { serversIn, type Application, type Stoppable } from './servers.ts';
import { workLeft } from './work.ts';
import { announceStop } from './stop-begins.ts';
import { guardListeners } from './guard-listeners.ts';
import { stopWorkers, workersOf } from './workers.ts';

/** How a process was stopped. */
export interface StopReport {
  /** The signal; `call` for a call of the function. */
  readonly reason: NodeJS.Signals | 'call';
  readonly durationMS: number;
  /** What was still running when the grace was over, and was cut; steps of the stop that have failed. */
  readonly cut: readonly string[];
  /** The exit code: 0, or 1 if something was cut or has failed. */
  readonly code: 0 | 1;
}

/** Stops the process as its signals do, but does not end it. A second call gets the report of the first. */
export interface GracefulStop {
  (): Promise<StopReport>;
  /** Aborted when the stop begins: for loops that take new work. */
  readonly signal: AbortSignal;
  /** Takes the listeners of the signals off. */
  uninstall(): void;
}

/** A second signal within this time is the first one again: npm and terminals send it twice. In milliseconds. */
const echoMS = 1000;

/**
 * How long the steps that close something may take together when the grace is over, in milliseconds. With the default grace, the
 * process has ended before `docker stop` kills it.
 */
const closingMS = 1500;

/** One stop, with everything that it stops. */
interface Stop {
  readonly plan: StopPlan;
  readonly drains: readonly HttpDrain[];
  readonly applications: readonly Application[];
  readonly managers: readonly ConnectionManager[];
  readonly deadline: Deadline;
  readonly failed: string[];
  /** The request that has asked for the stop: it cannot be waited for. */
  readonly own: RequestScope | undefined;
}

/**
 * Stops a process without losing work: answers every request that was begun, refuses new ones in a way that load balancers
 * understand, waits for streams, transactions and jobs (`scope`), and closes the managers last. Work that is not done within
 * the grace is cut and named in a warning (`SESSION_GUARD_STOP_CUT`).
 * @example
 * ```ts
 * import { createServer } from 'node:http';
 * import { gracefulStop } from 'session-guard';
 *
 * const server = createServer((request, response) => response.end('done'));
 * const stop = gracefulStop(server, mongo, { graceMS: 8000, signals: [] }); // by default: SIGTERM and SIGINT
 * const { code } = await stop();
 * console.log(code); // → 0
 * ```
 * @param server a server of http, https or http2; an application of Fastify or NestJS; a list of them; null for none
 * @param manager the manager, or managers, to close last
 * @throws SessionGuardError for a server, a manager or an option that cannot work
 */
export function gracefulStop(
  server: Stoppable | readonly Stoppable[] | null | undefined,
  manager: ConnectionManager | readonly ConnectionManager[],
  options: GracefulStopOptions = {},
): GracefulStop {
  const plan = planStop(options);
  demandObservation();
  const { servers, applications } = serversIn(server);
  const managers = checkManagers(manager);
  const drains = servers.map(one => new HttpDrain(one));
  const controller = new AbortController();
  const failed: string[] = [];
  guardListeners(controller.signal, error => noteFailure(failed, 'a listener of stop.signal', error));
  const deadline = new Deadline();
  let under: { readonly report: Promise<StopReport>; readonly sinceMS: number } | undefined;

  const begin = (reason: StopReport['reason']): Promise<StopReport> => {
    if (under !== undefined) return under.report;
    deadline.start(plan.graceMS);
    const stop: Stop = {
      plan,
      drains,
      applications,
      managers,
      deadline,
      failed,
      own: reason === 'call' ? currentRequest() : undefined,
    };
    under = { report: run(stop, reason, controller), sinceMS: clock.now() };
    return under.report;
  };
  const onSignal = (signal: NodeJS.Signals) => {
    if (under !== undefined && clock.now() - under.sinceMS >= echoMS) deadline.end();
    // Also after a stop by hand: a signal asks for the end of the process.
    void begin(signal).then(({ code }) => (plan.exit ? process.exit(code) : code));
  };
  for (const signal of plan.signals) process.on(signal, onSignal);
  return Object.assign(() => begin('call'), {
    signal: controller.signal,
    uninstall() {
      for (const signal of plan.signals) process.off(signal, onSignal);
    },
  });
}

/** The stop from its first step to its last; it never rejects. */
async function run(
  stop: Stop,
  reason: StopReport['reason'],
  controller: AbortController,
): Promise<StopReport> {
  const { plan, drains, managers, deadline, own } = stop;
  const start = clock.now();
  for (const { client } of managers) noteStopping(client);
  for (const drain of drains) drain.announce();
  announceStop();
  const workers = stopWorkers(workersOf(), reason === 'call' ? 'SIGTERM' : reason, deadline, closingMS);
  const onStop = step(stop, 'onStop', () => {
    controller.abort();
    return plan.onStop();
  });
  await deadline.until(() => clock.now() - start >= plan.announceMS);
  for (const drain of drains) drain.refuse();
  await onStop;
  await untilDone(stop);
  await untilGone(stop);
  const cut = workLeft(drains, managers, own);
  for (const drain of drains) drain.close();
  for (const application of stop.applications) await step(stop, 'close', () => application.close());
  for (const manager of managers) {
    await step(stop, 'manager.close', () => manager.close({ graceMS: deadline.left() }));
  }
  stop.failed.push(...(await workers));
  return reportOn(stop, reason, cut, clock.now() - start);
}

/**
 * Waits for the work, and then for the clients: they are asked to go with their last answer; a few are silent, and get some
 * time, in which they may ask once more.
 */
async function untilDone({ plan, drains, managers, deadline, own }: Stop): Promise<void> {
  let doneAt: number | undefined;
  await deadline.until(() => {
    if (workLeft(drains, managers, own).length > 0) return false;
    doneAt ??= clock.now();
    const closed = drains.map(drain => drain.closeIdle(plan.idleMS));
    return closed.every(Boolean) || clock.now() - doneAt >= plan.idleMS + hurriedMS;
  });
}

/** Who is connected when the port is closed still gets an answer: clients that come back at once would get a reset. */
async function untilGone({ plan, drains, managers, deadline, own }: Stop): Promise<void> {
  await Promise.all(drains.map(drain => drain.closePort(deadline)));
  const closedAt = clock.now();
  await deadline.until(() => {
    if (workLeft(drains, managers, own).length > 0) return false;
    const closed = drains.map(drain => drain.closeIdle(plan.idleMS));
    const activeAt = Math.max(closedAt, ...drains.map(drain => drain.activeAt));
    return closed.every(Boolean) || clock.now() - activeAt >= hurriedMS;
  });
}

/** One step, within the grace: its failure does not keep the next ones from being taken. */
async function step({ deadline, failed }: Stop, name: string, take: () => unknown): Promise<void> {
  try {
    const taken = take();
    const { done, error } = await deadline.settled(Promise.resolve(taken), name === 'onStop' ? 0 : closingMS);
    if (error !== undefined) throw error;
    // A step that is under way when the grace is over is done as far as it came.
    if (!done) failed.push(`${name}, which was not done in time`);
  } catch (cause) {
    noteFailure(failed, name, cause);
  }
}

function noteFailure(failed: string[], name: string, cause: unknown): void {
  failed.push(`${name}, which has failed`);
  notice(warningCodes.stopCut, `A step of gracefulStop has failed: ${name}.`, cause);
}

async function reportOn(
  { failed }: Stop,
  reason: StopReport['reason'],
  running: readonly string[],
  durationMS: number,
): Promise<StopReport> {
  const cut = [...running, ...failed];
  if (cut.length > 0)
    notice(
      warningCodes.stopCut,
      `The process was stopped (${reason}) after ${Math.round(durationMS)} ms, and this was cut: ${cut.join('; ')}.`,
    );
  // Node prints a warning in the next tick.
  await new Promise(resolve => setImmediate(resolve));
  return { reason, durationMS, cut, code: cut.length === 0 ? 0 : 1 };
}

function checkManagers(given: unknown): readonly ConnectionManager[] {
  const all: unknown[] = Array.isArray(given) ? given : [given];
  const managers = all.filter(one => one instanceof ConnectionManager);
  if (managers.length === all.length) return managers;
  throw invalidArgument('gracefulStop takes a ConnectionManager, or a list of them, as its second argument.');
}

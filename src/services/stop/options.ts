import { constants } from 'node:os';
import { invalidOption } from '../../errors/errors.ts';
import { checkOptions, shown } from '../../platform/options/check-options.ts';
import { aBoolean, aFunction, aWait, checkFor } from '../../platform/options/checks.ts';

export interface GracefulStopOptions {
  /**
   * How long the stop may take, in milliseconds, 0 or more. Work that still runs then is cut and named, which takes at most
   * 1500 ms more. Keep the sum below the time after which the process is killed: 10 s of `docker stop`, 30 s of Kubernetes.
   * @default 8000
   */
  readonly graceMS?: number | undefined;
  /**
   * The signals that begin the stop. A second one, a second later or more, ends the grace.
   * @default ['SIGTERM', 'SIGINT']
   */
  readonly signals?: readonly NodeJS.Signals[] | undefined;
  /**
   * For how long new connections are still served after the signal, in milliseconds, 0 or more: until load balancers have
   * learned from `manager.health()` that they must go elsewhere. After it they are answered with 503.
   * @default 0
   */
  readonly announceMS?: number | undefined;
  /**
   * How long a client may be silent on a connection that it keeps alive before the connection is closed, in milliseconds, 0 or
   * more. Clients that ask in this time get their answer, with `Connection: close`.
   * @default 2000
   */
  readonly idleMS?: number | undefined;
  /**
   * Called when the stop begins, to end what begins work: consumers, cron jobs, change streams, WebSockets. It is awaited
   * within the grace.
   */
  readonly onStop?: (() => unknown) | undefined;
  /**
   * Whether the process ends with `process.exit` after a signal: with code 0, or 1 if something was cut.
   * @default true
   */
  readonly exit?: boolean | undefined;
}

export interface StopPlan {
  readonly graceMS: number;
  readonly signals: readonly NodeJS.Signals[];
  readonly announceMS: number;
  readonly idleMS: number;
  readonly onStop: () => unknown;
  readonly exit: boolean;
}

/** Signals that only some systems have. Where they are never sent, they may be named: one list is for all systems. */
const ofSomeSystems = new Set([
  'SIGBREAK',
  'SIGINFO',
  'SIGIO',
  'SIGLOST',
  'SIGPOLL',
  'SIGPWR',
  'SIGSTKFLT',
  'SIGUNUSED',
]);

/** No process hears of the others. Windows has few signals: there, any name may be one of another system. */
function canBeHeard(name: unknown): boolean {
  if (typeof name !== 'string' || name === 'SIGKILL' || name === 'SIGSTOP') return false;
  if (name in constants.signals || ofSomeSystems.has(name)) return true;
  return process.platform === 'win32' && /^SIG[A-Z0-9]+$/.test(name);
}

const aListOfSignals = checkFor("a list of signals: ['SIGTERM', 'SIGINT']", Array.isArray);

/** @throws SessionGuardError for a signal that no process hears of */
function checkSignals(signals: readonly unknown[]): void {
  for (const signal of signals)
    if (!canBeHeard(signal))
      throw invalidOption(
        `The option 'signals' of gracefulStop has ${shown(signal)}, which no process can hear. Usual are ['SIGTERM', 'SIGINT'].`,
      );
}

/** @throws SessionGuardError that names the option and what it takes */
export function planStop(given: unknown): StopPlan {
  const options = checkOptions<GracefulStopOptions>(given, 'gracefulStop', {
    graceMS: aWait,
    announceMS: aWait,
    idleMS: aWait,
    signals: aListOfSignals,
    onStop: aFunction,
    exit: aBoolean,
  });
  if (options.signals !== undefined) checkSignals(options.signals);
  return {
    graceMS: options.graceMS ?? 8000,
    signals: options.signals ?? ['SIGTERM', 'SIGINT'],
    announceMS: options.announceMS ?? 0,
    idleMS: options.idleMS ?? 2000,
    onStop: options.onStop ?? (() => undefined),
    exit: options.exit ?? true,
  };
}

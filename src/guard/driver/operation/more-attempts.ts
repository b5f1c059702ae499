import { guardOf } from '../../runtime/process/shared-state.ts';
import type { DriverFiles } from '../copies/driver-copies.ts';
import type { DriverOperation } from '../copies/driver-types.ts';

/** How often an operation that may be repeated is sent at most, the first time among them. The driver alone: 2. */
const most = 4;

/** What the driver has set itself. */
const set = Symbol('maxAttempts');

type Asked = DriverOperation & { [set]?: unknown };

/**
 * One failover may meet an operation twice: its connection breaks, and then the pool that it waits in is cleared again, by the
 * monitor whose own check the driver has cut off (`Monitor#reset` and `checkServer` in `lib/sdam/monitor.js`; the error names
 * `connection <monitor>`). The driver's loop sends an operation twice at most, and gives up.
 *
 * Its loop asks an operation for `maxAttempts`, which it sets for a commit and an abort alone (7.8:
 * `lib/operations/execute_operation.js`). The loop still decides everything else: which errors may be repeated, which server is next, and
 * one transaction number for all attempts of a write. Older drivers have no such question, and send twice.
 */
export function patchAttempts({ AbstractOperation }: DriverFiles): void {
  const prototype = AbstractOperation?.prototype;
  if (prototype === undefined || 'maxAttempts' in prototype) return;
  Object.defineProperty(prototype, 'maxAttempts', {
    configurable: true,
    get(this: Asked) {
      return set in this ? this[set] : attemptsOf(this);
    },
    set(this: Asked, value: unknown) {
      this[set] = value;
    },
  });
}

/** @returns undefined where the driver's own number holds: with a time limit of its own it goes on for as long as that allows */
function attemptsOf(operation: DriverOperation): number | undefined {
  const { session, options, attemptsMade = 0 } = operation;
  // In a transaction the loop repeats nothing.
  if (session == null || options === undefined || session.inTransaction()) return undefined;
  // The loop asks again after the error of an overloaded server, for which it has a limit of its own (`maxAdaptiveRetries`).
  if (attemptsMade > 0) return undefined;
  // A write without a transaction number must not be sent again.
  const isRepeatable = operation.canRetryRead === true || isSet(options, 'willRetryWrite');
  if (!isRepeatable || isSet(options, 'timeoutMS') || !retries(operation)) return undefined;
  return guardOf(session.client).settings.protect ? most : undefined;
}

/**
 * The driver's options are in V8's dictionary mode: to read a property that they do not have costs 1 µs, to ask with `Reflect.has`
 * a tenth of that.
 */
function isSet(
  options: NonNullable<DriverOperation['options']>,
  name: 'willRetryWrite' | 'timeoutMS',
): boolean {
  return Reflect.has(options, name) && options[name] !== undefined && options[name] !== false;
}

function retries({ canRetryRead, session }: DriverOperation): boolean {
  const { options } = session?.client ?? {};
  return canRetryRead === true ? options?.['retryReads'] !== false : options?.retryWrites !== false;
}

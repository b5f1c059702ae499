import type { ClientConfig } from '../../events/events.ts';
import type { DriverClient } from '../copies/driver-types.ts';

/** The driver's own values for options that are not set. */
export const driverDefaults: ClientConfig = {
  socketTimeoutMS: 0,
  serverSelectionTimeoutMS: 30_000,
  waitQueueTimeoutMS: 0,
  maxPoolSize: 100,
  minPoolSize: 0,
  maxIdleTimeMS: 0,
  retryWrites: true,
};

/** The options of a client that rules check. */
export function configOf({ options = {} }: DriverClient): ClientConfig {
  return {
    // A driver that knows `timeoutMS` ignores the older time-outs beside it; an older driver has no `timeoutMS` in its options.
    socketTimeoutMS: options.timeoutMS === undefined ? numberOf(options, 'socketTimeoutMS') : 0,
    serverSelectionTimeoutMS: numberOf(options, 'serverSelectionTimeoutMS'),
    waitQueueTimeoutMS: options.timeoutMS ?? numberOf(options, 'waitQueueTimeoutMS'),
    maxPoolSize: numberOf(options, 'maxPoolSize'),
    minPoolSize: numberOf(options, 'minPoolSize'),
    maxIdleTimeMS: numberOf(options, 'maxIdleTimeMS'),
    retryWrites: options.retryWrites !== false,
  };
}

type Numbers = Exclude<keyof ClientConfig, 'retryWrites'>;

function numberOf(options: Readonly<Record<string, unknown>>, name: Numbers): number {
  const value = options[name];
  return typeof value === 'number' ? value : driverDefaults[name];
}

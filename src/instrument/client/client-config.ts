import type { ClientConfig } from '../../session/events.ts';
import type { DriverClient } from '../driver/driver-types.ts';

/** What the driver itself takes for an option that was not set. */
export const driverDefaults: ClientConfig = {
  socketTimeoutMS: 0,
  serverSelectionTimeoutMS: 30_000,
  waitQueueTimeoutMS: 0,
  maxPoolSize: 100,
  minPoolSize: 0,
  maxIdleTimeMS: 0,
  retryWrites: true,
};

/** The options of a client that rules speak of. */
export function configOf({ options = {} }: DriverClient): ClientConfig {
  return {
    // A driver that measures whole operations has no use for the others; one that does not leaves `timeoutMS` out.
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

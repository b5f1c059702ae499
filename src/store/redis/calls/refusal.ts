import { markRefused } from '../../backend/refused.ts';
import type { RedisPort } from '../port/redis-port.ts';

/** A server says these before a script has changed anything: of its writes it refuses the first one only. */
const refusals =
  /(?:^|: -)(?:OOM|CLUSTERDOWN|CROSSSLOT|MISCONF|NOREPLICAS|NOAUTH|WRONGPASS|NOSCRIPT|MOVED|ASK|TRYAGAIN|BUSY|READONLY|LOADING|MASTERDOWN) /;
/** The user of the client may not run scripts at all. */
const notAllowed = /^NOPERM .*'eval(?:sha)?'/;

const neverSent = new Set(['ClientClosedError', 'ClientOfflineError']);

/**
 * Marks an error that says that nothing was done. It says so of one try only: where a client has sent the command again after its
 * connection broke, the first try may have been done.
 * @param via what was the connection when it was sent, as of `RedisPort.connection`
 */
export function markedIfRefused<E>(error: E, port: RedisPort, via: unknown): E {
  if (!(error instanceof Error) || via === undefined || port.connection?.() !== via) return error;
  const { message } = error;
  const isRefusal =
    refusals.test(message) || notAllowed.test(message) || neverSent.has(error.constructor.name);
  return isRefusal ? markRefused(error) : error;
}

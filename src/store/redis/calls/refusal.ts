import { markRefused } from '../../backend/refused.ts';
import type { RedisPort } from '../port/redis-port.ts';

/** A server says these before a script has changed anything: of its writes it refuses the first one only. */
const ofAnyTry =
  /(?:^|: -)(?:OOM|CLUSTERDOWN|CROSSSLOT|MISCONF|NOREPLICAS|NOAUTH|WRONGPASS|NOSCRIPT|MOVED|ASK|TRYAGAIN|BUSY) /;
/** These may come of a second try, on another connection: the first one may have been done before it broke. */
const ofOneTry = /(?:^|: -)(?:READONLY|LOADING|MASTERDOWN) /;
/** The user of the client may not run scripts at all. */
const notAllowed = /^NOPERM .*'eval(?:sha)?'/;

const neverSent = new Set(['ClientClosedError', 'ClientOfflineError']);

/**
 * Marks an error that says that nothing was done.
 * @param via what was the connection when it was sent, as of `RedisPort.connection`
 */
export function markedIfRefused<E>(error: E, port: RedisPort, via: unknown): E {
  if (!(error instanceof Error)) return error;
  const { message } = error;
  const sent = via !== undefined && port.connection?.() === via;
  const isRefusal =
    ofAnyTry.test(message) ||
    notAllowed.test(message) ||
    (sent && ofOneTry.test(message)) ||
    neverSent.has(error.constructor.name);
  return isRefusal ? markRefused(error) : error;
}

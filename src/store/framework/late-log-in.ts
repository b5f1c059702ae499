import { warningCodes } from '../../errors/codes.ts';
import { emitWarning } from '../../guard/emit-warning.ts';
import { placeText } from '../../report/place.ts';
import type { Site } from '../../session/events.ts';

const told = new Set<string>();

/**
 * A log-in that nobody waits for leaves a session that no browser has the cookie of. Told once for each place; @fastify/session
 * does not let us know.
 */
export function tellLateLogIn(request: object, site: Site): void {
  const { res }: { res?: unknown } = request as { res?: unknown };
  if (typeof res !== 'object' || res === null || !('headersSent' in res) || res.headersSent !== true) return;
  const place = placeText(site) ?? 'a place that is not known';
  if (told.has(place)) return;
  told.add(place);
  const message = `The answer was sent before logIn (at ${place}) was done, so that the browser has no cookie of the new session. Await logIn before anything is sent.`;
  emitWarning(Object.assign(new Error(message), { name: 'Warning', code: warningCodes.lateLogIn }));
}

import type { SessionRequest } from './stand-in.ts';

type SetCookie = (this: unknown, name: unknown, value: unknown, ...others: unknown[]) => unknown;

/**
 * Prevents the plugin from setting the cookie of an id that has been replaced: a later response would overwrite the new cookie
 * in the browser.
 */
export function withoutOldCookie(
  request: SessionRequest,
  reply: object,
  isSuperseded: (id: unknown) => boolean,
): void {
  const { setCookie }: { setCookie?: SetCookie } = reply;
  if (setCookie === undefined) return;
  Object.assign(reply, {
    setCookie(this: unknown, name: unknown, value: unknown, ...others: unknown[]): unknown {
      return isOfOld(request.session, value, isSuperseded)
        ? reply
        : setCookie.call(this, name, value, ...others);
    },
  });
}

/** The signed id may have a prefix. */
function isOfOld(session: unknown, value: unknown, isSuperseded: (id: unknown) => boolean): boolean {
  const { sessionId, encryptedSessionId }: { sessionId?: unknown; encryptedSessionId?: unknown } =
    Object(session);
  const isItsCookie =
    typeof value === 'string' && typeof encryptedSessionId === 'string' && value.endsWith(encryptedSessionId);
  return isItsCookie && isSuperseded(sessionId);
}

import { sessionBehind } from '../../driver/session/attach.ts';
import { currentTransaction } from '../../scope/lookup.ts';
import type { Subject } from '../calls/wrap.ts';

/**
 * In a scope that injects, the document gets the transaction's session as if its caller had passed it; it is not enough to add
 * the session to the command. Only then does mongoose remember the document's state, and restore it before the transaction is
 * retried.
 * @returns the same arguments where nothing is injected
 */
export function injectIntoSave(args: unknown[], { client, session }: Subject): unknown[] {
  const [options, ...rest] = args;
  const injected = session == null ? withSession(options, client) : options;
  return injected === options ? args : [injected, ...rest];
}

/** The same for `Model.bulkSave(documents, options)`. */
export function injectIntoBulkSave(_model: object, args: unknown[], { client, session }: Subject): unknown[] {
  const [documents, options, ...rest] = args;
  const injected = session == null ? withSession(options, client) : options;
  return injected === options ? args : [documents, injected, ...rest];
}

function withSession(options: unknown, client: object | null | undefined): unknown {
  const attempt = client == null ? undefined : currentTransaction(client)?.attempt;
  const session = attempt?.inject === true ? sessionBehind(attempt.session) : undefined;
  // If the option is set, even to undefined or null, the caller wants no session.
  if (session?.inTransaction() !== true || hasSession(options) || typeof options === 'function')
    return options;
  return { ...(typeof options === 'object' ? options : undefined), session };
}

function hasSession(options: unknown): boolean {
  return typeof options === 'object' && options !== null && Object.hasOwn(options, 'session');
}

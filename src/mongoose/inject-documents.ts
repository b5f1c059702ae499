import { sessionBehind } from '../instrument/session/session-behind.ts';
import { currentTransaction } from '../scope/lookup.ts';
import { subjects } from './subjects.ts';

/**
 * In a scope that injects, a document gets the transaction's session as if its caller had passed it, rather than its command
 * alone: mongoose then remembers the document's state, and restores it before the transaction is tried again.
 */
export function injectIntoSave(document: object, [options, ...rest]: unknown[]): unknown[] {
  const { client, session } = subjects.document(document, [options], 'save');
  return session == null ? [withSession(options, client), ...rest] : [options, ...rest];
}

/** The same for `Model.bulkSave(documents, options)`. */
export function injectIntoBulkSave(model: object, [documents, options, ...rest]: unknown[]): unknown[] {
  const { client, session } = subjects.model(model, [documents, options], 'bulkSave');
  return [documents, session == null ? withSession(options, client) : options, ...rest];
}

function withSession(options: unknown, client: object | null | undefined): unknown {
  const attempt = client == null ? undefined : currentTransaction(client)?.attempt;
  const session = attempt?.inject === true ? sessionBehind(attempt.session) : undefined;
  // An option that is set, if to undefined or null, is the caller's word that there is no session.
  if (session?.inTransaction() !== true || hasSession(options) || typeof options === 'function')
    return options;
  return { ...(typeof options === 'object' ? options : undefined), session };
}

function hasSession(options: unknown): boolean {
  return typeof options === 'object' && options !== null && Object.hasOwn(options, 'session');
}

import { createHash, hash } from 'node:crypto';

/** What is stored in place of an id: who reads the store cannot use it. */
export function hashId(id: string): string {
  return hash('sha256', id, 'base64url');
}

/**
 * The hash of a record that belongs to a session and is none: by another function than those of ids, so that no id leads there,
 * whatever its text is.
 */
export function hashBeside(what: string, hashOfId: string): string {
  return createHash('sha512-256').update(`${what} ${hashOfId}`).digest('base64url');
}

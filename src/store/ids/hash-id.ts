import { hash } from 'node:crypto';

/** What is stored in place of an id: who reads the store cannot use it. */
export function hashId(id: string): string {
  return hash('sha256', id, 'base64url');
}

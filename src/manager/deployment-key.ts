import { createHash } from 'node:crypto';

/** What process-wide state knows a connection string by: the string itself holds a password. */
export function deploymentKey(uri: string): string {
  return createHash('sha256').update(uri).digest('base64');
}

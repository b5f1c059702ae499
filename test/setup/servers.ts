import { inject } from 'vitest';

/** The replica set that all test files share: use a database of your own, and fail points with an `appName`. */
export function replicaSetUri(): string {
  return inject('replicaSetUri');
}

/** The server without transactions that all test files share. */
export function standaloneUri(): string {
  return inject('standaloneUri');
}

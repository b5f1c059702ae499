import type { SessionBackend } from '../../../../src/store/index.ts';

/** A back end that breaks one rule, and the cases that must tell. */
export interface Broken {
  readonly how: string;
  readonly fails: readonly string[];
  readonly make: (backend: SessionBackend) => SessionBackend;
}

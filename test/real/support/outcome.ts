import { inspect } from 'node:util';

/** How a promise ended. */
export interface Outcome<T> {
  readonly value?: T;
  readonly error?: unknown;
}

/** Hears a promise at once, so that a deliberate straggler of a test is nobody's unhandled rejection. */
export function outcomeOf<T>(promise: PromiseLike<T>): Promise<Outcome<T>> {
  return Promise.resolve(
    promise.then(
      value => ({ value }),
      (error: unknown) => ({ error }),
    ),
  );
}

/** Asked without a reaction, which would make the promise handled. */
export function isPending(promise: Promise<unknown>): boolean {
  return /^Promise \{\s*<pending>/.test(inspect(promise, { depth: 0 }));
}

/** What a promise is rejected with; undefined if it is not. */
export async function failureOf(promise: PromiseLike<unknown>): Promise<unknown> {
  return (await outcomeOf(promise)).error;
}

/** The text of an error, and the code of one of ours. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

export function codeOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
}

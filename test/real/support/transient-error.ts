import type { Driver } from './drivers.ts';

/** An error as the server answers it when another transaction has won: the runner runs the callback again. */
export function transientError({ lib }: { readonly lib: Pick<Driver['lib'], 'MongoServerError'> }): Error {
  const answer = { message: 'WriteConflict', code: 112, codeName: 'WriteConflict' };
  return new lib.MongoServerError({ ...answer, errorLabels: ['TransientTransactionError'] });
}

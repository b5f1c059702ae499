import { codes } from '../../errors/codes.ts';
import { unmarkRefused } from '../backend/refused.ts';
import { StoreUnavailableError } from '../errors.ts';

/**
 * For a step after a write of the same call: if it fails, the outcome of the whole call is unknown, even if the step was only a
 * read.
 * @throws StoreUnavailableError never with the outcome 'not done'
 */
export async function afterWrite<R>(work: () => Promise<R>): Promise<R> {
  try {
    return await work();
  } catch (error) {
    unmarkRefused(error);
    throw isNotDone(error) ? leftOpen(error) : error;
  }
}

function isNotDone(error: unknown): error is StoreUnavailableError {
  return error instanceof StoreUnavailableError && error.outcome === 'not done';
}

function leftOpen(cause: StoreUnavailableError): StoreUnavailableError {
  const text = cause.message.replace(': nothing was done', '');
  return new StoreUnavailableError(`${text} Part of the call may be done.`, {
    cause,
    outcome: 'unknown',
    timedOut: cause.code === codes.storeTimeout,
  });
}

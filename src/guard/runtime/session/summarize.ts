import type { ErrorSummary } from '../../events/events.ts';

interface ErrorLike {
  readonly name?: unknown;
  readonly code?: unknown;
  readonly codeName?: unknown;
  readonly errorLabels?: unknown;
}

/** Errors of these classes come from a server or from the network; after all other errors nothing was sent. */
const fromServer =
  /^Mongo(Server|Network|BulkWrite|ClientBulkWrite|WriteConcern|ServerSelection|OperationTimeout|Pool)/;

/** Name, code and labels of an error; not its message, which may have document content. */
export function summarize(error: unknown): ErrorSummary {
  try {
    return read(error);
  } catch {
    // Anything can be thrown, also a proxy, or an error with getters that throw.
    return { name: 'unreadable', labels: [], reachedServer: false };
  }
}

function read(error: unknown): ErrorSummary {
  if (typeof error !== 'object' || error === null)
    return { name: typeof error, labels: [], reachedServer: false };
  const { name, code, codeName, errorLabels } = error as ErrorLike;
  const known = typeof name === 'string' ? name : 'Error';
  return {
    name: known,
    ...(typeof code === 'number' || typeof code === 'string' ? { code } : {}),
    ...(typeof codeName === 'string' ? { codeName } : {}),
    labels: Array.isArray(errorLabels) ? errorLabels.filter(label => typeof label === 'string') : [],
    reachedServer: fromServer.test(known),
  };
}

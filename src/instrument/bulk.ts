import { captureSite } from '../guard/site-capture.ts';
import { shared } from '../guard/shared-state.ts';
import { liveOf } from './attach.ts';
import type { DriverCopy } from './driver-copies.ts';
import type { DriverClient, DriverNamespace, DriverSession } from './driver-types.ts';
import { replaceMethod } from './replace-method.ts';

interface Bulk {
  readonly s?: {
    readonly namespace?: DriverNamespace;
    readonly options?: { readonly session?: DriverSession };
  };
}

interface WithSession {
  readonly session?: DriverSession;
}

type Execute = (this: Bulk, options?: WithSession, ...rest: unknown[]) => unknown;
type ClientBulkWrite = (this: DriverClient, models: unknown, options?: WithSession) => unknown;

/** A bulk write sends its batches one by one and makes its error above them: it is observed as one operation around them. */
export function observeBulkWrites(copy: DriverCopy): void {
  replaceMethod<Execute>(copy.BulkOperationBase.prototype, 'execute', original => {
    return function execute(options, ...rest) {
      const session = options?.session ?? this.s?.options?.session;
      const run = () => original.call(this, options, ...rest);
      return around(session, String(this.s?.namespace ?? ''), execute, run);
    };
  });
  replaceMethod<ClientBulkWrite>(copy.MongoClient.prototype, 'bulkWrite', original => {
    return function bulkWrite(models, options) {
      return around(options?.session, undefined, bulkWrite, () => original.call(this, models, options));
    };
  });
}

function around(
  session: DriverSession | undefined,
  namespace: string | undefined,
  below: (...args: never[]) => unknown,
  run: () => unknown,
): unknown {
  if (session?.explicit !== true || shared.sessions.get(session)?.record.phase === 'ended') return run();
  const live = liveOf(session);
  if (live === undefined) return run();
  const site = live.guard.sites.on ? captureSite(below) : undefined;
  const inTransaction = session.inTransaction();
  const begun = live.begin({ command: 'bulkWrite', kind: 'composite', namespace, inTransaction, site });
  return settle(run(), failed => live.settle(begun, failed !== undefined, failed?.error));
}

async function settle(
  result: unknown,
  done: (failed?: { readonly error: unknown }) => void,
): Promise<unknown> {
  try {
    const value = await result;
    done();
    return value;
  } catch (error) {
    done({ error });
    throw error;
  }
}

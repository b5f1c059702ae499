import { follow } from '../../../platform/follow.ts';
import { startingBelow, withoutOwnFrames, withRoom } from '../../stack/own-frames.ts';
import { currentScope, runInScope } from '../../scope/async-scope.ts';
import { attemptOf } from '../../scope/lookup.ts';
import { liveOf } from '../session/attach.ts';
import type { DriverCopy, DriverFiles } from '../copies/driver-copies.ts';
import type { DriverClient, DriverNamespace, DriverSession } from '../copies/driver-types.ts';
import { injectedSession } from './inject.ts';
import { isLate, lateUseOf, stoppedError } from '../session/late-use.ts';
import { saysNone } from '../command/transactional.ts';
import { replaceMethod } from '../copies/replace-method.ts';
import type { StackStart } from '../../stack/stack.ts';

interface Bulk {
  readonly s?: {
    readonly namespace?: DriverNamespace;
    readonly options?: { readonly session?: DriverSession };
    readonly collection?: { readonly client?: DriverClient };
  };
}

interface WithSession {
  readonly session?: DriverSession;
}

type Execute = (this: Bulk, options?: WithSession, ...rest: unknown[]) => unknown;
type ClientBulkWrite = (this: DriverClient, models: unknown, options?: WithSession) => unknown;

/** A bulk write sends its batches one by one and makes its error from theirs: it is observed as one operation around them. */
export function patchBulkWrites(copy: DriverCopy, files: DriverFiles): void {
  replaceMethod<Execute>(files.BulkOperationBase.prototype, 'execute', original => {
    return function execute(options, ...rest) {
      const client = this.s?.collection?.client;
      const given = options?.session ?? this.s?.options?.session;
      const session = given ?? (client && injectedSession(client));
      const run = () => original.call(this, withSession(options, session), ...rest);
      if (session === undefined && saysNone(options ?? this.s?.options)) return outside(run);
      return around({ copy, session, namespace: String(this.s?.namespace ?? ''), below: execute }, run);
    };
  });
  replaceMethod<ClientBulkWrite>(copy.MongoClient.prototype, 'bulkWrite', original => {
    return function bulkWrite(models, options) {
      const session = options?.session ?? injectedSession(this);
      const run = () => original.call(this, models, withSession(options, session));
      if (session === undefined && saysNone(options)) return outside(run);
      return around({ copy, session, namespace: undefined, below: bulkWrite }, run);
    };
  });
}

/** For `session: null`, which the batches do not have in their options. Without a transaction around it, no scope is entered. */
function outside(run: () => unknown): unknown {
  const parent = currentScope();
  return parent === undefined ? run() : runInScope({ kind: 'outside', parent }, run);
}

/** A bulk write reads its options before its first batch is observed. */
function withSession(
  options: WithSession | undefined,
  session: DriverSession | undefined,
): WithSession | undefined {
  return session === undefined || options?.session === session ? options : { ...options, session };
}

interface BulkCall {
  readonly copy: DriverCopy;
  readonly session: DriverSession | undefined;
  readonly namespace: string | undefined;
  readonly below: StackStart;
}

function around({ copy, session, namespace, below }: BulkCall, run: () => unknown): unknown {
  const live = session?.explicit === true ? liveOf(session) : undefined;
  if (session === undefined || live === undefined) return run();
  const command = 'bulkWrite';
  const site = live.guard.sites.capture(below, undefined, command, namespace);
  const inTransaction = session.inTransaction();
  const attempt = attemptOf(live);
  const what = { command, kind: 'composite', namespace, inTransaction, site } as const;
  if (attempt?.run.isCutOff === true) return Promise.reject(startingBelow(stoppedError(what), below));
  const late = isLate(live, attempt, inTransaction, below);
  const begun = live.begin(what, undefined, late);
  // Thrown here, because the error of a batch would be wrapped into a MongoBulkWriteError.
  const refused = live.guard.settings.protect ? lateUseOf(copy, live, begun, late) : undefined;
  if (refused !== undefined) {
    live.failed(begun, refused);
    return Promise.reject(startingBelow(refused, below));
  }
  return follow(
    withRoom(run) as Promise<unknown>,
    () => live.succeeded(begun),
    error => {
      live.failed(begun, error);
      return withoutOwnFrames(live.answerOf(begun, error));
    },
  );
}

import { commandKinds } from '../../../guard/events/operation.ts';
import type { Operation, OperationKind } from '../../../guard/events/events.ts';
import { inTransaction } from '../../../guard/events/record.ts';
import type { Arguments } from '../arguments.ts';
import { type Actor, siteOf } from '../story.ts';
import { type Token, tokenError } from '../tokens.ts';
import { scopesOf } from './word.ts';

/** Calls that are not a single command. */
const kinds: Readonly<Record<string, OperationKind>> = {
  ...commandKinds,
  bulkWrite: 'composite',
  withTxn: 'runner',
};

const allKinds: Readonly<Record<OperationKind, true>> = {
  read: true,
  write: true,
  command: true,
  getMore: true,
  tail: true,
  killCursors: true,
  composite: true,
  batch: true,
  runner: true,
  commit: true,
  abort: true,
};

/** Nobody can await these. */
const quietKinds: ReadonlySet<OperationKind> = new Set(['killCursors', 'tail']);

/** `insert shop.orders kind=batch quiet`: an operation in the words of a trace. */
export function describeOperation(
  token: Token,
  args: Arguments,
  actor: Actor | undefined,
): Omit<Operation, 'id' | 'at'> {
  const quiet = args.flag('quiet');
  const retryable = args.flag('retryable');
  const unacknowledged = args.flag('unacknowledged');
  const inside = args.flag('in-transaction');
  const readPreference = args.value('reads');
  const scopes = scopesOf(args);
  const kind = args.value('kind');
  if (kind !== undefined && !isKind(kind)) throw tokenError(token, `there is no kind '${kind}'.`);
  const command = args.next();
  const found = kind ?? kinds[command ?? 'insert'] ?? 'command';
  return {
    command: command ?? 'insert',
    kind: found,
    namespace: args.next() ?? (command === undefined ? 'shop.orders' : undefined),
    site: siteOf(token),
    inTransaction: inside || (actor !== undefined && inTransaction(actor.record)),
    retryable,
    unacknowledged,
    readPreference,
    scopes,
    quiet: quiet || quietKinds.has(found),
  };
}

function isKind(kind: string): kind is OperationKind {
  return Object.hasOwn(allKinds, kind);
}

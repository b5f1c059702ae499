import { addParticipant, type SessionParticipant } from '../guard/session-participants.ts';
import type { MongooseInside } from './mongoose-types.ts';

type Run = () => Promise<unknown>;

/** What `connection.transaction` of mongoose asks of a session. */
interface StandIn {
  [key: symbol]: unknown;
  withTransaction(run: Run): Promise<unknown>;
  endSession(): Promise<void>;
}

type Transaction = (
  this: { startSession(): { then(use: (session: StandIn) => unknown): unknown }; readonly base: object },
  fn: () => never,
) => unknown;

/** mongoose's map on a session: by document, its state before the first save of the transaction. */
type DocumentStates = ReadonlyMap<object, { readonly modifiedPaths?: unknown }>;

type WithStates = { [key: symbol]: unknown };

/** The documents that a session has saved in its transaction, as mongoose keeps them to restore them. */
export interface KeptDocuments {
  /** Paths that a later save of the same transaction sends are restored with those of the first. */
  addPaths(session: unknown, document: object, paths: readonly string[]): void;
}

/**
 * mongoose keeps the state of each document that is saved with a session (new or not, version, modified paths) in a map on the
 * session, and restores it when the callback of `connection.transaction` fails. The map and what restores from it can only be
 * reached through that method: it is called with a session that stands in for a real one and runs nothing.
 */
export function keepDocumentStates({ BaseConnection }: MongooseInside): KeptDocuments | undefined {
  const { transaction } = BaseConnection.prototype as { readonly transaction?: Transaction };
  if (typeof transaction !== 'function') return undefined;
  const { key } = start(transaction);
  if (key === undefined) return undefined;
  addParticipant(participantWith(transaction, key));
  return {
    addPaths(session, document, paths) {
      const state = statesIn((session as WithStates)[key])?.get(document);
      if (state?.modifiedPaths instanceof Set) for (const path of paths) state.modifiedPaths.add(path);
    },
  };
}

function participantWith(transaction: Transaction, key: symbol): SessionParticipant {
  /** The sessions whose map is ours. */
  const ours = new WeakSet<object>();
  return {
    begin(session: WithStates) {
      // A session of `connection.transaction` has mongoose's own map.
      if (key in session) return;
      session[key] = new Map();
      ours.add(session);
    },
    // Also from mongoose's own map: mongoose restores after a callback that failed, and not after a commit that did.
    undo(session: WithStates) {
      if (statesIn(session[key]) !== undefined) restore(transaction, key, session[key]);
    },
    end(session: WithStates) {
      if (ours.delete(session)) delete session[key];
    },
  };
}

function statesIn(value: unknown): DocumentStates | undefined {
  return value instanceof Map ? value : undefined;
}

/** Lets the callback fail, as mongoose sees it. */
function restore(transaction: Transaction, key: symbol, states: unknown): void {
  const { standIn, run } = start(transaction);
  standIn[key] = states;
  run?.().catch(() => undefined);
}

interface Started {
  readonly standIn: StandIn;
  /** The key of the map. */
  readonly key: symbol | undefined;
  /** What mongoose would run in the transaction. */
  readonly run: Run | undefined;
}

function start(transaction: Transaction): Started {
  let run: Run | undefined;
  const standIn: StandIn = {
    withTransaction(given) {
      run = given;
      return new Promise(() => undefined);
    },
    endSession: async () => undefined,
  };
  const connection = {
    // Called back at once, so that nothing of it outlasts this call.
    // oxlint-disable-next-line unicorn/no-thenable
    startSession: () => ({ then: (use: (session: StandIn) => unknown) => use(standIn) }),
    base: {},
  };
  transaction.call(connection, fail);
  const [key] = Object.getOwnPropertySymbols(standIn);
  return { standIn, key, run };
}

function fail(): never {
  throw new Error('The attempt has failed.');
}

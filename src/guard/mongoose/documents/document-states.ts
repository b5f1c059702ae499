import { hiddenField } from '../../../platform/hidden-field.ts';
import { addParticipant, type SessionParticipant } from '../../runtime/process/libraries.ts';

type Run = () => Promise<unknown>;

/** The methods that mongoose's `connection.transaction` needs of a session. */
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
  /** Adds the paths of a later save of the same transaction, so that they are restored with those of the first save. */
  addPaths(session: unknown, document: object, paths: readonly string[]): void;
}

/**
 * mongoose keeps the state of each document that is saved with a session (new or not, version, modified paths) in a map on the
 * session, and restores it when the callback of `connection.transaction` fails. The map, and the code that restores from it,
 * can only be reached through that method: so it is called with a stand-in session, which runs nothing.
 */
export function keepDocumentStates(connections: {
  readonly transaction?: Transaction;
}): KeptDocuments | undefined {
  const { transaction } = connections;
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
  /** The maps that were created here, and not by mongoose. */
  const ours = hiddenField<object, true>();
  return {
    begin(session: WithStates) {
      // A session of `connection.transaction` has mongoose's own map.
      if (session[key] !== undefined) return;
      const states = new Map();
      session[key] = states;
      ours.set(states, true);
    },
    // Also from mongoose's own map: mongoose restores documents after a failed callback, but not after a failed commit.
    undo(session: WithStates) {
      if (statesIn(session[key]) !== undefined) restore(transaction, key, session[key]);
    },
    end(session: WithStates) {
      // mongoose takes undefined for no map. A deletion would make V8 keep the session's properties in a slow table.
      const states = statesIn(session[key]);
      if (states !== undefined && ours.get(states) === true) session[key] = undefined;
    },
  };
}

function statesIn(value: unknown): DocumentStates | undefined {
  return value instanceof Map ? value : undefined;
}

/** Makes mongoose believe that the callback has failed. */
function restore(transaction: Transaction, key: symbol, states: unknown): void {
  const { standIn, run } = start(transaction);
  standIn[key] = states;
  run?.().catch(() => undefined);
}

interface Started {
  readonly standIn: StandIn;
  /** The key of the map. */
  readonly key: symbol | undefined;
  /** The function that mongoose would run in the transaction. */
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
    // Calls back at once, so that everything is finished when this call returns.
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

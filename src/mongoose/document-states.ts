import { addCompanion, type SessionCompanion } from '../guard/session-companions.ts';
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

/**
 * mongoose keeps the state of each document that is saved with a session (new or not, version, modified paths) in a map on the
 * session, and restores it when the callback of `connection.transaction` fails. The map and what restores from it are to be
 * had from that method alone: it is called with a session that stands in for a real one and runs nothing.
 */
export function keepDocumentStates({ BaseConnection }: MongooseInside): void {
  const { transaction } = BaseConnection.prototype as { readonly transaction?: Transaction };
  if (typeof transaction !== 'function') return;
  const { key } = start(transaction);
  if (key !== undefined) addCompanion(companionWith(transaction, key));
}

function companionWith(transaction: Transaction, key: symbol): SessionCompanion {
  const kept = new WeakSet<object>();
  return {
    begin(session: { [key: symbol]: unknown }) {
      // A session of `connection.transaction` has mongoose's own map.
      if (key in session) return;
      session[key] = new Map();
      kept.add(session);
    },
    undo(session: { [key: symbol]: unknown }) {
      if (kept.has(session)) restore(transaction, key, session[key]);
    },
    end(session: { [key: symbol]: unknown }) {
      if (kept.delete(session)) delete session[key];
    },
  };
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

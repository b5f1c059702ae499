import type { MongoClient } from 'mongodb';
import { processWide } from '../../../platform/process-wide.ts';
import type { SessionRecord } from '../../events/record.ts';
import type { Finding } from '../../findings/finding.ts';
import type { Occasion } from '../../rules/engine/rule-set.ts';
import type { RunTrack } from './run-track.ts';
import { type Tracks, eachTracker } from './trackers.ts';
import type { OperationTrack } from './work-tracker.ts';

type OfOperation = Tracks<OperationTrack>;

/** What is followed at the moment, by the numbers that events have. */
const followed = processWide('followed', () => ({
  operations: new Map<number, OfOperation>(),
  /** By the record of their session. A session that is lost without an end takes its transaction with it. */
  transactions: new WeakMap<SessionRecord, RunTrack>(),
  clients: new Map<number, WeakRef<MongoClient>>(),
  /** The operation whose beginning the rules look at. */
  begins: undefined as OfOperation | undefined,
}));

export function noteOperation(id: number, tracks: OfOperation): void {
  followed.operations.set(id, tracks);
}

export function forgetOperation(id: number): void {
  followed.operations.delete(id);
}

export function noteTransaction(session: SessionRecord, track: RunTrack): void {
  followed.transactions.set(session, track);
}

export function forgetTransaction(session: SessionRecord, track: RunTrack): void {
  if (followed.transactions.get(session) === track) followed.transactions.delete(session);
}

/** @param id the number that its events have */
export function noteClient(id: number, client: MongoClient): void {
  if (!followed.clients.has(id)) followed.clients.set(id, new WeakRef(client));
}

/** Runs the beginning of an operation, up to its first wait. */
export function whileBegins<T>(tracks: OfOperation, begin: () => T): T {
  const before = followed.begins;
  followed.begins = tracks;
  try {
    return begin();
  } finally {
    followed.begins = before;
  }
}

/** Gives all trackers a finding, and those of their tracks that it is about. */
export function trackFinding(finding: Finding, clientId: number, occasion: Occasion | undefined): void {
  const client = followed.clients.get(clientId)?.deref();
  const operation = operationAt(occasion);
  const session = occasion?.session;
  const transaction = session === undefined ? undefined : followed.transactions.get(session)?.tracks;
  eachTracker(tracker =>
    tracker.finding?.(finding, {
      client,
      operation: operation?.get(tracker),
      transaction: transaction?.get(tracker),
    }),
  );
}

function operationAt(occasion: Occasion | undefined): OfOperation | undefined {
  const event = occasion?.event;
  if (event === undefined) return undefined;
  if ('operation' in event) {
    const id = typeof event.operation === 'number' ? event.operation : event.operation.id;
    return followed.operations.get(id) ?? followed.begins;
  }
  const [pending] = 'pending' in event ? event.pending : [];
  return pending && followed.operations.get(pending.id);
}

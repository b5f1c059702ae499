import type { EventEmitter } from 'node:events';
import { warningCodes } from '../../errors/codes.ts';
import { notice } from '../../platform/notices.ts';
import { shared } from '../runtime/process/shared-state.ts';
import { siteFields } from '../trace/format-event.ts';
import type { EventSink } from '../events/event-pipeline.ts';
import type { SessionRecord } from '../events/record.ts';
import type { TransactionSummary } from '../runtime/transaction/transaction-summary.ts';
import type { GuardedClient } from '../driver/guard-client.ts';
import type { Finding } from '../findings/finding.ts';
import { contain } from '../findings/finding-hub.ts';
import { outsideScopes } from '../scope/async-scope.ts';
import type {
  EventType,
  RequestContext,
  SessionEnded,
  SessionGuardEvent,
  SessionStarted,
  TransactionAborted,
  TransactionCommitted,
  TransactionRetried,
} from '../events/events.ts';

/** An event without call sites, which are stacks and no data. */
type Plain<E> = Omit<E, 'site' | 'inside'>;

/** What is known of a session when it has ended. */
export interface SessionSummary {
  /** How long it was open. */
  readonly durationMS: number;
  /** How many operations it has sent. */
  readonly operations: number;
  /** The request or job in which it was started. */
  readonly context?: RequestContext;
}

/** The events of a manager. All payloads are plain data; numbers of sessions are our own, never the server's ids. */
export interface ManagerEvents {
  finding: [finding: Finding];
  sessionStarted: [event: Plain<SessionStarted>];
  sessionEnded: [event: Plain<SessionEnded> & SessionSummary];
  transactionCommitted: [event: Plain<TransactionCommitted>];
  transactionAborted: [event: Plain<TransactionAborted>];
  transactionRetried: [event: Plain<TransactionRetried>];
  transactionEnded: [event: TransactionSummary];
}

const names: { readonly [T in EventType]?: keyof ManagerEvents } = {
  'session.started': 'sessionStarted',
  'session.ended': 'sessionEnded',
  'transaction.committed': 'transactionCommitted',
  'transaction.aborted': 'transactionAborted',
  'transaction.retried': 'transactionRetried',
};

type Manager = EventEmitter<ManagerEvents>;

/** Findings are always emitted; the other events only after the first listener was added, because they cost time. */
export function forwardEvents(manager: Manager, { guard, hub }: GuardedClient): void {
  hub.add(finding => emitSafely(manager, 'finding', finding));
  const sink: EventSink = (event, session) => {
    const name = names[event.type];
    if (name === undefined || event.client !== guard.id) return;
    const ended = event.type === 'session.ended' && session !== undefined;
    emitSafely(manager, name, ended ? { ...plain(event), ...summaryOf(session, event.at) } : plain(event));
  };
  const attach = (name: string | symbol) => {
    if (name === 'finding' || name === 'newListener' || name === 'removeListener') return;
    shared.pipeline.addSink(sink);
    guard.runListeners.add(summary => emitSafely(manager, 'transactionEnded', summary));
    untyped(manager).off('newListener', attach);
  };
  untyped(manager).on('newListener', attach);
}

function plain(event: SessionGuardEvent): Plain<SessionGuardEvent> {
  return Object.fromEntries(Object.entries(event).filter(([name]) => !siteFields.has(name))) as Plain<
    typeof event
  >;
}

function summaryOf({ startedAt, operations, context }: SessionRecord, at: number): SessionSummary {
  const summary = { durationMS: at - startedAt, operations };
  return context === undefined ? summary : { ...summary, context: context.read() };
}

/**
 * A listener that throws is removed with a warning, an async one that is rejected is reported; the others, and the observed call,
 * continue.
 */
function emitSafely(manager: Manager, name: keyof ManagerEvents, payload: unknown): void {
  const emitter = untyped(manager);
  for (const listener of emitter.rawListeners(name)) {
    try {
      // The work of a listener must not become part of a transaction of the observed program.
      const result: unknown = outsideScopes(() => listener.call(manager, payload));
      contain(result, `'${name}'`);
    } catch (error) {
      emitter.off(name, listener as (...args: unknown[]) => void);
      notice(warningCodes.sinkFailed, `A listener for '${name}' has thrown and was taken off.`, error);
    }
  }
}

/** Node's own events (`newListener`) are not in our map of types. */
function untyped(manager: Manager): EventEmitter {
  return manager;
}

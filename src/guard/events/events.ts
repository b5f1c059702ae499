import type {
  ClientClosed,
  ClientClosing,
  ClientConnected,
  ClientConnecting,
  ClientUsed,
  ClientUsedAfterClose,
  NetworkErrorUnlabelled,
  PoolWaited,
} from './client-events.ts';
import type {
  ClockTicked,
  CursorClosed,
  CursorOpened,
  DocumentSaved,
  DrainExceeded,
  OperationConflicted,
  OperationEscaped,
  OperationRequested,
  OperationSettled,
  ScopeLeft,
  SessionAdvanced,
  SessionEnded,
  SessionEnding,
  SessionKept,
  SessionLeft,
  SessionStarted,
} from './session-events.ts';
import type {
  CallbackEntered,
  CallbackReturned,
  TransactionAborted,
  TransactionCommitted,
  TransactionEnding,
  TransactionFailed,
  TransactionOverlapped,
  TransactionRetried,
  TransactionStarted,
} from './transaction-events.ts';

/**
 * All events: plain, versioned data, without driver objects, session ids of the server or document content. `driver/` turns
 * actions of the driver into events; rules and sinks see only events.
 */

export type { Caller } from './event-base.ts';
export type * from './operation.ts';
export type * from './client-events.ts';
export type * from './request-context.ts';
export type * from './session-events.ts';
export type * from './transaction-events.ts';

export type SessionGuardEvent =
  | SessionStarted
  | SessionEnding
  | SessionEnded
  | SessionKept
  | SessionLeft
  | SessionAdvanced
  | OperationRequested
  | OperationSettled
  | OperationEscaped
  | OperationConflicted
  | TransactionStarted
  | TransactionOverlapped
  | TransactionEnding
  | TransactionCommitted
  | TransactionAborted
  | TransactionFailed
  | TransactionRetried
  | CallbackEntered
  | CallbackReturned
  | DrainExceeded
  | CursorOpened
  | CursorClosed
  | DocumentSaved
  | ScopeLeft
  | ClientConnecting
  | ClientConnected
  | ClientUsed
  | NetworkErrorUnlabelled
  | PoolWaited
  | ClientClosing
  | ClientClosed
  | ClientUsedAfterClose
  | ClockTicked;

export type EventType = SessionGuardEvent['type'];
export type EventOf<T extends EventType> = Extract<SessionGuardEvent, { readonly type: T }>;

import type { EventEmitter } from 'node:events';
import { warningCodes } from '../errors/codes.ts';
import { notice } from '../guard/notices.ts';
import { shared } from '../guard/shared-state.ts';
import type { GuardedClient } from '../instrument/guard-client.ts';
import type { Finding } from '../report/finding.ts';
import type {
  EventType,
  SessionEnded,
  SessionGuardEvent,
  SessionStarted,
  TransactionAborted,
  TransactionCommitted,
  TransactionRetried,
} from '../session/events.ts';

/** An event without its call site, which is a stack and no data. */
type Plain<E> = Omit<E, 'site'>;

/** What a manager emits. All payloads are plain data; numbers of sessions are our own, never the server's ids. */
export interface ManagerEvents {
  finding: [finding: Finding];
  sessionStarted: [event: Plain<SessionStarted>];
  sessionEnded: [event: Plain<SessionEnded>];
  transactionCommitted: [event: Plain<TransactionCommitted>];
  transactionAborted: [event: Plain<TransactionAborted>];
  transactionRetried: [event: Plain<TransactionRetried>];
}

const names: { readonly [T in EventType]?: keyof ManagerEvents } = {
  'session.started': 'sessionStarted',
  'session.ended': 'sessionEnded',
  'transaction.committed': 'transactionCommitted',
  'transaction.aborted': 'transactionAborted',
  'transaction.retried': 'transactionRetried',
};

type Manager = EventEmitter<ManagerEvents>;

/** Findings always; the other events only once somebody has asked for one of them, since they have a price. */
export function forwardEvents(manager: Manager, { guard, hub }: GuardedClient): void {
  hub.add(finding => emitSafely(manager, 'finding', finding));
  const sink = (event: SessionGuardEvent) => {
    const name = names[event.type];
    if (name !== undefined && event.client === guard.id) emitSafely(manager, name, plain(event));
  };
  const attach = (name: string | symbol) => {
    if (name === 'finding' || name === 'newListener' || name === 'removeListener') return;
    shared.spine.addSink(sink);
    untyped(manager).off('newListener', attach);
  };
  untyped(manager).on('newListener', attach);
}

function plain(event: SessionGuardEvent): Plain<SessionGuardEvent> {
  const { site: _site, ...data } = event;
  return data;
}

/** A listener that throws is taken off with a warning; the others, and the observed call, go on. */
function emitSafely(manager: Manager, name: keyof ManagerEvents, payload: unknown): void {
  const emitter = untyped(manager);
  for (const listener of emitter.rawListeners(name)) {
    try {
      listener.call(manager, payload);
    } catch (error) {
      emitter.off(name, listener as (...args: unknown[]) => void);
      notice(warningCodes.sinkFailed, `A listener for '${name}' has thrown and was taken off.`, error);
    }
  }
}

/** Node's own events (`newListener`) are not in our map. */
function untyped(manager: Manager): EventEmitter {
  return manager;
}

import type { ErrorSummary, Operation } from '../events/operation.ts';
import type { EventOf, SessionGuardEvent } from '../events/events.ts';
import type { SessionRecord } from '../events/record.ts';
import type { EventExtras } from './trace-line.ts';

/** How many operations in flight are remembered. Those that never settle must not grow without limit. */
const mostOperations = 20_000;

const nothing: EventExtras = {};

/** Remembers what an event alone does not say: the operation that settles, why an attempt was given up. */
export class EventNotes {
  readonly #operations = new Map<number, Operation>();
  readonly #failures = new WeakMap<SessionRecord, ErrorSummary>();

  extrasOf(event: SessionGuardEvent, session: SessionRecord | undefined): EventExtras {
    switch (event.type) {
      case 'operation.requested':
        this.#note(event.operation);
        return nothing;
      case 'operation.settled':
        return this.#settled(event);
      case 'callback.returned':
      case 'transaction.failed':
        if (session !== undefined && event.error !== undefined) this.#failures.set(session, event.error);
        return event.type === 'transaction.failed' ? durationOf(event, session) : nothing;
      case 'transaction.committed':
      case 'transaction.aborted':
        return durationOf(event, session);
      case 'transaction.retried':
        return { reason: session && this.#failures.get(session) };
      default:
        return nothing;
    }
  }

  #note(operation: Operation): void {
    if (this.#operations.size >= mostOperations) this.#operations.clear();
    this.#operations.set(operation.id, operation);
  }

  #settled({ operation, at, sentAt }: EventOf<'operation.settled'>): EventExtras {
    const known = this.#operations.get(operation);
    if (known === undefined) return nothing;
    this.#operations.delete(operation);
    const { command, namespace } = known;
    const queuedMS = sentAt === undefined ? undefined : round(sentAt - known.at);
    return { command, namespace, ms: round(at - known.at), queuedMS };
  }
}

function durationOf({ at }: SessionGuardEvent, session: SessionRecord | undefined): EventExtras {
  const startedAt = session?.transaction?.startedAt;
  return startedAt === undefined ? nothing : { ms: round(at - startedAt) };
}

/** To a thousandth of a millisecond. */
function round(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}

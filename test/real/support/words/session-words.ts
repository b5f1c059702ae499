import type {
  ErrorSummary,
  EventOf,
  EventType,
  Operation,
  SessionGuardEvent,
} from '../../../../src/guard/events/events.ts';
import { EventReader } from './event-reader.ts';
import {
  type Argument,
  changes,
  errorArguments,
  isRunner,
  nameOf,
  operationArguments,
  scopeArguments,
  word,
} from './sentence.ts';

/** A space, but not one between the arguments of a word. */
const betweenWords = / (?![^(]*\))/;

type Writers = { readonly [T in EventType]?: (event: EventOf<T>) => string };

/** Writes the events of one session in words. */
export class SessionWords {
  readonly name: string;
  readonly #events: EventReader;
  readonly #nameOfSession: (session: number) => string | undefined;
  readonly #operations = new Map<number, Operation>();
  /** Which operation has opened a cursor. */
  readonly #cursors = new Map<string, Operation>();
  /** Runners of transactions and other calls that consist of operations, which run. */
  #calls: Operation[] = [];
  readonly #failures: (readonly [number, ErrorSummary])[] = [];
  #inCallback = false;
  /** A transaction was started, and neither a commit nor an abort was called. */
  #isActive = false;
  #hasEnded = false;

  constructor(
    name: string,
    events: readonly SessionGuardEvent[],
    nameOfSession: (session: number) => string | undefined,
  ) {
    this.name = name;
    this.#events = new EventReader(events);
    this.#nameOfSession = nameOfSession;
  }

  /** @returns the words of the next event; nothing if the word of an earlier event stands for it */
  next(): string {
    const event = this.#events.take();
    if (event === undefined) return '';
    const write = this.#writers[event.type] as ((event: SessionGuardEvent) => string) | undefined;
    const words = (write?.(event) ?? '').split(betweenWords);
    return words.map(text => (text === '' ? '' : `${this.name}:${text}`)).join(' ');
  }

  readonly #writers: Writers = {
    'session.started': ({ client, by, scopes, asks, historyUnknown }) =>
      word('start', [
        `client=${client}`,
        by === 'runner' && 'runner',
        asks === 'snapshot' && 'snapshot',
        asks === 'causal consistency' && 'causal',
        historyUnknown === true && 'history-unknown',
        ...scopeArguments(scopes),
      ]),
    'session.ending': ({ by, inside, pending }) => {
      const outside = this.#inCallback && !inside && by !== 'close' && 'outside';
      const around = by === 'user' ? this.#callAround(pending, false) : undefined;
      return word('ending', [
        by === 'runner' && 'runner',
        by === 'close' && 'close',
        outside,
        around !== undefined && `in=${nameOf(around.id)}`,
      ]);
    },
    'session.ended': ({ by }) => {
      this.#hasEnded = true;
      this.#isActive = false;
      return word('ended', [by === 'runner' && 'runner', by === 'close' && 'close']);
    },
    'session.kept': () => 'keep',
    'session.left': ({ of }) => word('left', [of]),
    'session.advanced': () => 'advance',
    'operation.requested': event => this.#requested(event),
    'operation.settled': event => this.#settled(event),
    'operation.escaped': ({ operation, sessionless, stage }) =>
      word('escape', [...operationArguments(operation), sessionless && 'sessionless', stage]),
    'operation.conflicted': ({ operation, documents, holderSession }) => {
      const holder = holderSession === undefined ? undefined : this.#nameOfSession(holderSession);
      return word('conflict', [
        nameOf(operation.id),
        documents !== undefined && `documents=${documents}`,
        holder !== undefined && `holder=${holder}`,
      ]);
    },
    'transaction.started': event => this.#started(event),
    'transaction.overlapped': () => 'early-txn',
    'transaction.ending': ({ as, by }) => {
      this.#isActive = false;
      this.#events.takeToo(next => this.#isCallOf(next, as));
      const isStopped = this.#inCallback && by === 'runner';
      return word(as === 'commit' ? 'committing' : 'aborting', [isStopped && 'runner']);
    },
    'transaction.committed': () => {
      this.#events.takeToo(next => this.#isCallSettled(next, 'commit'));
      return 'committed';
    },
    'transaction.failed': ({ error }) => {
      return word('commit-failed', [...errorArguments(error), this.#causeOf(error)]);
    },
    'transaction.aborted': () => 'aborted',
    'transaction.retried': () => {
      this.#inCallback = this.#events.takeToo(({ type }) => type === 'callback.entered') !== undefined;
      return 'enter';
    },
    'callback.entered': () => {
      this.#inCallback = true;
      return 'enter';
    },
    'callback.returned': ({ error, errorOf, linked }) => {
      this.#inCallback = false;
      if (error === undefined) return 'callback-returns';
      if (errorOf === undefined)
        return word('callback-rejects', ['own', linked && 'linked', ...errorArguments(error)]);
      const isTransient = error.labels.includes('TransientTransactionError');
      return word('callback-rejects', [nameOf(errorOf.id), linked && !isTransient && 'linked']);
    },
    'drain.exceeded': ({ afterMS, pending }) => {
      const runner = this.#callAround(pending, true);
      return word('drain-exceeded', [`${Math.round(afterMS)}ms`, runner !== undefined && 'runner']);
    },
    'cursor.opened': ({ cursor, operation, tail }) => {
      this.#cursors.set(cursor, operation);
      return word('open', [nameOf(operation.id), tail?.replace(' ', '-').replace('-cursor', '')]);
    },
    'cursor.closed': ({ cursor }) => {
      const operation = this.#cursors.get(cursor);
      return operation === undefined ? '' : word('close', [nameOf(operation.id)]);
    },
    'document.saved': ({ document, sends, leavesOut }) =>
      word('save', [`${document}`, changes('sends', sends), changes('leaves', leavesOut)]),
  };

  #requested({ operation, foreign, attemptOver }: EventOf<'operation.requested'>): string {
    this.#operations.set(operation.id, operation);
    if (operation.kind === 'runner') this.#calls.push(operation);
    if (isRunner(operation)) return 'runner';
    const inside = operation.inTransaction && !this.#isActive;
    const flags = [foreign && 'foreign', attemptOver && 'attempt-over', inside && 'in-transaction'];
    return word('begin', [nameOf(operation.id), ...operationArguments(operation), ...flags]);
  }

  #settled({ operation: id, sentAt, error, standalone }: EventOf<'operation.settled'>): string {
    const operation = this.#operations.get(id);
    if (operation === undefined) return '';
    this.#calls = this.#calls.filter(one => one !== operation);
    if (isRunner(operation)) return error ? word('runner-failed', errorArguments(error)) : 'runner-done';
    if (operation.kind === 'commit' || operation.kind === 'abort') return this.#ended(operation.kind, error);
    const sent = sentAt === undefined ? '' : `${word('sent', [nameOf(id)])} `;
    if (error === undefined) return `${sent}${word('settle', [nameOf(id)])}`;
    this.#failures.push([id, error]);
    return `${sent}${word('fail', [nameOf(id), ...errorArguments(error), standalone && 'standalone'])}`;
  }

  /** The call of a commit or an abort by hand has ended, or that of an abort by a runner. */
  #ended(as: 'commit' | 'abort', error: ErrorSummary | undefined): string {
    if (error !== undefined)
      return word(`${as}-failed`, [...errorArguments(error), as === 'commit' && 'unsent']);
    this.#events.takeToo(({ type }) => type === 'transaction.aborted');
    return as === 'commit' ? 'committed' : 'aborted';
  }

  #isCallOf(event: SessionGuardEvent, kind: 'commit' | 'abort'): boolean {
    if (event.type !== 'operation.requested' || event.operation.kind !== kind) return false;
    this.#operations.set(event.operation.id, event.operation);
    return true;
  }

  /** The call of a commit by hand is rejected with the first error of the transaction. */
  #causeOf(error: ErrorSummary): Argument {
    const call = this.#events.takeToo(next => this.#isCallSettled(next, 'commit'));
    if (call?.type !== 'operation.settled' || call.error === undefined) return undefined;
    const { code } = call.error;
    if (code === error.code) return undefined;
    const failed = this.#failures.findLast(([, failure]) => failure.code === code);
    return failed === undefined ? undefined : `cause=${nameOf(failed[0])}`;
  }

  #isCallSettled(event: SessionGuardEvent, kind: 'commit' | 'abort'): boolean {
    return event.type === 'operation.settled' && this.#operations.get(event.operation)?.kind === kind;
  }

  #started(event: EventOf<'transaction.started'>): string {
    const { by, standalone, scopes, w, readPreference, follows } = event;
    const refused = this.#events.takeToo(({ type }) => type === 'transaction.aborted') !== undefined;
    if (!this.#isActive) this.#isActive = !refused && !this.#hasEnded;
    const enters = !refused && by === 'runner' && this.#enter();
    const waits = !refused && by === 'runner' && !enters && this.#willEnter();
    const left = follows === undefined ? undefined : this.#nameOfSession(follows);
    return word('txn', [
      standalone && 'standalone',
      (refused || (by === 'runner' && !enters && !waits)) && 'refused',
      waits && 'waits',
      w !== undefined && `w=${w}`,
      left !== undefined && `follows=${left}`,
      readPreference !== undefined && `reads=${readPreference}`,
      ...scopeArguments(scopes),
    ]);
  }

  #enter(): boolean {
    this.#events.takeToo(({ type }) => type === 'transaction.retried');
    if (!this.#events.takeToo(({ type }) => type === 'callback.entered')) return false;
    this.#inCallback = true;
    return true;
  }

  /** The callback is called later, and not for the next transaction. */
  #willEnter(): boolean {
    const next = this.#events.ahead(
      ({ type }) => type === 'callback.entered' || type === 'transaction.started',
    );
    return next?.type === 'callback.entered';
  }

  /** The innermost call that runs and is not waited for. */
  #callAround(pending: readonly Operation[], runner: boolean): Operation | undefined {
    const waited = new Set(pending.map(({ id }) => id));
    return this.#calls.findLast(call => isRunner(call) === runner && !waited.has(call.id));
  }
}

import { threadId } from 'node:worker_threads';
import { clock } from '../../platform/time/clock.ts';
import type { ContextSource, SessionGuardEvent } from '../events/events.ts';
import type { SessionRecord } from '../events/record.ts';
import type { Finding, Occurrence } from '../findings/finding.ts';
import { runningRequests } from '../runtime/request/scope.ts';
import { demandObservation } from '../runtime/process/on-demand.ts';
import type { SharedState } from '../runtime/process/shared-state.ts';
import { EventNotes } from './event-notes.ts';
import { formatEvent } from './format-event.ts';
import { type LineBase, type TraceLine, traceVersion } from './trace-line.ts';

/** Takes lines, without their line breaks. */
export interface LineTarget {
  /** Called before a line is made: a full file is followed by a new one now, so that the line is made for the new one. */
  ready?(): void;
  /** @param line a line that may be written later */
  append(line: string): void;
  /** @param line a line that must be written at once: the process may be killed next */
  appendNow(line: string): void;
  /** Calls back when a new file is begun. */
  onRotated?(listener: () => void): void;
}

/** How many requests are remembered as written. */
const mostRequests = 10_000;

/**
 * Writes the events and findings of one realm of a process. Names of commands and collections and places of code are written;
 * documents, filters, URLs, headers and ids of the server are not.
 */
export class TraceWriter {
  readonly #target: LineTarget;
  readonly #process: string;
  readonly #notes = new EventNotes();
  readonly #written = new Set<number>();
  #findings = new Map<Finding, number>();
  #head: 'start' | 'continuation' | undefined = 'start';

  /** @param realm 0 for the process's own */
  constructor(target: LineTarget, realm = 0) {
    this.#target = target;
    this.#process = nameOfProcess(realm);
    target.onRotated?.(() => this.#beginAnew());
  }

  /** Writes what happens from now on. @returns a function that ends it */
  attach({ pipeline, hub }: Pick<SharedState, 'pipeline' | 'hub'>): () => void {
    demandObservation();
    const removeSink = pipeline.addSink((event, session) => this.#onEvent(event, session));
    const removeListener = hub.addForEveryTime((finding, occurrence) => this.#onFinding(finding, occurrence));
    return () => {
      removeSink();
      removeListener();
    };
  }

  /** The reader of a new file need not know the one before it. */
  #beginAnew(): void {
    this.#written.clear();
    this.#findings = new Map();
    this.#head ??= 'continuation';
  }

  /** A program without a driver writes nothing, not even the head. */
  #append(line: TraceLine, now: boolean): void {
    if (this.#head !== undefined) {
      const isStart = this.#head === 'start';
      this.#head = undefined;
      const { pid, version: node } = process;
      this.#target.append(formatEvent({ ...this.#base(), type: 'trace.head', pid, node, isStart }));
    }
    if (now) this.#target.appendNow(formatEvent(line));
    else this.#target.append(formatEvent(line));
  }

  #base(): LineBase {
    return { v: traceVersion, process: this.#process, time: clock.wall(), at: clock.now() };
  }

  #onEvent(event: SessionGuardEvent, session: SessionRecord | undefined): void {
    this.#target.ready?.();
    this.#noteRequests(event);
    const extras = this.#notes.extrasOf(event, session);
    this.#append({ ...this.#base(), ...event, v: traceVersion, ...extras }, false);
  }

  #noteRequests(event: SessionGuardEvent): void {
    if (event.type === 'scope.left') {
      this.#written.delete(event.scope);
      return;
    }
    for (const scope of scopesOf(event)) if (!this.#written.has(scope)) this.#writeRequest(scope);
  }

  #writeRequest(scope: number): void {
    if (this.#written.size >= mostRequests) this.#written.clear();
    this.#written.add(scope);
    const context = contextOf(scope);
    if (context === undefined) return;
    this.#append({ ...this.#base(), type: 'trace.request', scope, request: context.read() }, false);
  }

  /** Written at once: of a process that is killed, the findings matter most. */
  #onFinding(finding: Finding, occurrence: Occurrence | undefined): void {
    this.#target.ready?.();
    const known = this.#findings.get(finding);
    const number = known ?? this.#findings.size + 1;
    this.#findings.set(finding, number);
    const { count } = finding;
    const whole = known === undefined ? finding : undefined;
    const line = { ...this.#base(), ...occurrence, number, count, finding: whole };
    this.#append({ ...line, type: 'trace.finding' }, true);
  }
}

function nameOfProcess(realm: number): string {
  const thread = threadId === 0 ? '' : `/${threadId}`;
  return `${process.pid}${thread}${realm === 0 ? '' : `#${realm}`}`;
}

function scopesOf(event: SessionGuardEvent): readonly number[] {
  if ('operation' in event && typeof event.operation === 'object') return event.operation.scopes ?? [];
  return 'scopes' in event ? (event.scopes ?? []) : [];
}

function contextOf(scope: number): ContextSource | undefined {
  for (const request of runningRequests) if (request.id === scope) return request.context;
  return undefined;
}

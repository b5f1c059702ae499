import { invalidArgument, type SessionGuardError } from '../../errors/errors.ts';
import type { SessionGuardEvent, Site } from '../events/events.ts';
import { faultOf } from './event-shape.ts';
import { type Fields, isFields, isOperation } from './field-checks.ts';
import { siteFields } from './format-event.ts';
import type { FindingLine, HeadLine, LostLine, RequestLine } from './trace-line.ts';

/** What a trace says beside its events. */
export type ExtraLine = HeadLine | RequestLine | FindingLine | LostLine;

/** A line as it was read. `process` names the run of a process; it is empty, and there is no time, in version 1. */
export type ReadLine =
  | {
      readonly kind: 'event';
      readonly process: string;
      readonly time: number | undefined;
      readonly event: SessionGuardEvent;
    }
  | { readonly kind: 'extra'; readonly process: string; readonly time: number; readonly line: ExtraLine };

/**
 * Reads a trace line by line.
 * @throws SessionGuardError with the number of a line that is not a line of a trace of version 1 or 2
 */
export function* readLines(lines: string | Iterable<string>): Generator<ReadLine> {
  const reader = new LineReader();
  for (const line of typeof lines === 'string' ? lines.split('\n') : lines) {
    const read = reader.read(line);
    if (read !== undefined) yield read;
  }
}

/**
 * Reads a recorded trace (NDJSON, see `recordTrace`) back into events.
 * @param lines the text, or its lines; empty lines are ignored
 * @throws SessionGuardError with the number of a line that is not a line of a trace of version 1 or 2
 * @example
 * ```ts
 * import { parseTrace, readTrace } from 'session-guard/testing';
 *
 * const lines = parseTrace('start end').map(event => JSON.stringify(event));
 * console.log([...readTrace(lines)].map(({ type }) => type)); // → [ 'session.started', 'session.ending', 'session.ended' ]
 * ```
 */
export function* readTrace(lines: string | Iterable<string>): Generator<SessionGuardEvent> {
  for (const line of readLines(lines)) if (line.kind === 'event') yield line.event;
}

/**
 * Reads the lines of one trace. The last line may be torn, because the process was killed while it was written; so may the line
 * before the first line of another process. (Version 1 did not begin a new line after such a line.)
 */
export class LineReader {
  /** The operations of each process, by their numbers. */
  readonly #operations = new Map<string, Map<number, object>>();
  /** How often a process id was used: in containers each start has the same one. */
  readonly #starts = new Map<string, number>();
  #number = 0;
  #torn: SessionGuardError | undefined;
  #canTear = false;
  readonly #unites: boolean;

  /**
   * @param options `unites`: all copies of an operation become the same object, which rules need. It keeps each operation in
   * memory, so a reader without an end, or one that only counts, passes false. By default true.
   */
  constructor({ unites }: { readonly unites: boolean } = { unites: true }) {
    this.#unites = unites;
  }

  /** What follows is the next file of the trace, and so are the numbers of its lines. */
  nextFile(): void {
    this.#number = 0;
  }

  /** @throws SessionGuardError for a line that is wrong */
  read(text: string): ReadLine | undefined {
    this.#number += 1;
    if (text.trim() === '') return undefined;
    const value = inWordsOfToday(this.#parse(text));
    if (value === undefined) {
      this.#tear();
      return undefined;
    }
    if (this.#torn !== undefined && !isHead(value)) throw this.#torn;
    this.#torn = undefined;
    const fault = faultOf(value);
    if (fault !== undefined || !isFields(value)) throw this.#error(fault ?? 'it is not an event.');
    this.#canTear = value['v'] !== 1;
    return this.#canTear ? this.#ofVersion2(value) : this.#ofVersion1(value);
  }

  #tear(): void {
    if (this.#torn !== undefined) throw this.#torn;
    const error = this.#error('it is not valid JSON.');
    if (!this.#canTear) throw error;
    this.#torn = error;
  }

  #error(fault: string): SessionGuardError {
    return invalidArgument(`Trace, line ${this.#number}: ${fault}`);
  }

  #ofVersion1(value: Fields): ReadLine {
    return { kind: 'event', process: '', time: undefined, event: value as never };
  }

  #ofVersion2(value: Fields): ReadLine {
    const { process: own, time } = value as { readonly process: string; readonly time: number };
    if (isHead(value) && value.isStart) {
      this.#starts.set(own, (this.#starts.get(own) ?? 0) + 1);
      this.#operations.delete(own);
    }
    const starts = this.#starts.get(own) ?? 1;
    const process = starts === 1 ? own : `${own} (${starts})`;
    if (isExtra(value)) return { kind: 'extra', process, time, line: value };
    return { kind: 'event', process, time, event: { ...value, v: 1 } as never };
  }

  /** Rules and records identify an operation by its object: all copies of an operation become the same object. */
  #parse(text: string): unknown {
    // The name of the process comes before everything that is not a plain value.
    let process: string | undefined;
    const revive = (field: string, value: unknown): unknown => {
      if (field === 'process' && typeof value === 'string') process ??= value;
      // The word of version 1, and of the first traces of version 2.
      if ((field === 'kind' || field === 'by') && value === 'helper') return 'runner';
      if (siteFields.has(field) && typeof value === 'string') return siteAt(value);
      const isCopy = this.#unites && field !== '' && isOperation(value);
      return isCopy ? this.#known(process ?? '', value) : value;
    };
    try {
      return JSON.parse(text, revive);
    } catch {
      return undefined;
    }
  }

  #known(process: string, operation: { readonly id: number }): object {
    const ofProcess = this.#operations.get(process) ?? new Map<number, object>();
    this.#operations.set(process, ofProcess);
    const known = ofProcess.get(operation.id);
    if (known === undefined) ofProcess.set(operation.id, operation);
    return known ?? operation;
  }
}

/** The key of a deployment was called `kin` in version 1, and in the first traces of version 2. */
function inWordsOfToday(value: unknown): unknown {
  if (!isFields(value) || value['type'] !== 'client.connecting' || !('kin' in value)) return value;
  const { kin, ...event } = value;
  return { deploymentKey: kin, ...event };
}

function isHead(value: unknown): value is HeadLine {
  return isFields(value) && value['type'] === 'trace.head';
}

function isExtra(value: object): value is ExtraLine {
  return 'type' in value && typeof value.type === 'string' && value.type.startsWith('trace.');
}

/** How long the text of a place may be: no file has a longer path, and reading it takes time by the square of its length. */
const mostOfPlace = 5000;

/** A site of one frame, which `placeOf` reads back as the same place. An empty text is a site without a place. */
export function siteAt(place: string): Site {
  return place === '' || place.length > mostOfPlace ? { stack: '' } : { stack: `Error\n    at ${place}` };
}

import type { SessionGuardEvent } from '../events/events.ts';
import { readLines } from './read-lines.ts';

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

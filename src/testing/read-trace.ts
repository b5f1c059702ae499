import { invalidArgument } from '../errors/errors.ts';
import { siteFields } from '../sinks/ndjson.ts';
import type { SessionGuardEvent } from '../session/events.ts';
import { faultOf, isEvent, isOperation } from './event-shape.ts';
import { siteAt } from './places.ts';

/**
 * Reads a recorded trace (NDJSON, see `recordTrace`) back into events.
 * @param lines the text, or its lines, one event each; empty lines are passed over
 * @throws SessionGuardError with the number of a line that is no event of version 1
 */
export function* readTrace(lines: string | Iterable<string>): Generator<SessionGuardEvent> {
  const operations = new Map<number, object>();
  let number = 0;
  for (const line of typeof lines === 'string' ? lines.split('\n') : lines) {
    number += 1;
    if (line.trim() !== '') yield readEvent(line, number, operations);
  }
}

function readEvent(line: string, number: number, operations: Map<number, object>): SessionGuardEvent {
  const event = readJson(line, number);
  if (isEvent(event)) return event;
  throw invalidArgument(`Trace, line ${number}: ${faultOf(event)}`);

  function readJson(text: string, at: number): unknown {
    try {
      return JSON.parse(text, revive);
    } catch {
      throw invalidArgument(`Trace, line ${at}: it is no JSON.`);
    }
  }

  function revive(field: string, value: unknown): unknown {
    if (siteFields.has(field) && typeof value === 'string') return siteAt(value);
    // Rules and records know an operation by its object: all mentions of one become the same.
    if (field === '' || !isOperation(value)) return value;
    const known = operations.get(value.id);
    if (known === undefined) operations.set(value.id, value);
    return known ?? value;
  }
}

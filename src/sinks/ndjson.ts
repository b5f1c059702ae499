import { formatPlace, placeOf } from '../report/place.ts';
import type { SessionGuardEvent, Site } from '../session/events.ts';
import type { EventSink } from '../session/spine.ts';

/** The fields of events that hold a call site, at any depth. */
export const siteFields: ReadonlySet<string> = new Set(['site', 'closeSite', 'inside', 'holder', 'madeAt']);

/**
 * Writes each event as one line of JSON (NDJSON), which `readTrace` of `session-guard/testing` reads back. A call site becomes
 * its place, `file:line:column`. This formats a stack for every event that has one: about 8 µs each.
 */
export function ndjsonSink(append: (line: string) => void): EventSink {
  return event => append(`${formatEvent(event)}\n`);
}

/** One line of JSON, without its line break. */
export function formatEvent(event: SessionGuardEvent): string {
  return JSON.stringify(event, (field, value: unknown) =>
    siteFields.has(field) && isSite(value) ? placeText(value) : value,
  );
}

/** A site where no line is the user's own is written as an empty text: that it was captured is not lost. */
function placeText(site: Site): string {
  const place = placeOf(site);
  return place === undefined ? '' : formatPlace(place);
}

/** `stack` is not enumerable, and absent where nothing was captured: the field's name is all there is to go by. */
function isSite(value: unknown): value is Site {
  return typeof value === 'object' && value !== null;
}

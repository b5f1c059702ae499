import type { Site } from '../session/events.ts';

/** The file that places in a trace's own text are said to be in. */
export const traceFile = 'session-guard-trace';

export function tracePlace({ line, column }: { readonly line: number; readonly column: number }): string {
  return `${traceFile}:${line}:${column}`;
}

/** A site of one frame, which `placeOf` reads back as the same place. An empty text is a site without a place. */
export function siteAt(place: string): Site {
  return place === '' ? { stack: '' } : { stack: `Error\n    at ${place}` };
}

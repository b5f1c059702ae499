import { processWide } from '../guard/process-wide.ts';
import type { Site } from '../session/events.ts';
import { parseStack } from './stack.ts';

/** A line of the user's program. `line` and `column` count from 1. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** Folders whose frames are never the user's: this package, and each observed copy of the driver. */
const internal = processWide('folders', () => new Set<string>());

/** Marks a folder (with a trailing slash) as one whose lines are never shown as the place of a misuse. */
export function markInternal(folder: string): void {
  internal.add(folder);
}

/** The innermost line of the user's own code, else of a dependency that called the driver. */
export function placeOf(site: Site | undefined): Place | undefined {
  const frames = parseStack(site?.stack).filter(frame => isForeign(frame.file));
  const frame = frames.find(({ file }) => !file.includes('/node_modules/')) ?? frames[0];
  return frame && { file: frame.file, line: frame.line, column: frame.column };
}

/** Neither Node's, nor the driver's, nor this package's own. */
export function isForeign(file: string): boolean {
  if (file === '' || file.startsWith('node:') || file.startsWith('<')) return false;
  const path = file.replaceAll('\\', '/');
  if (path.includes('/node_modules/mongodb/')) return false;
  for (const folder of internal) if (path.startsWith(folder)) return false;
  return true;
}

/** `file:line:column` of the user's line. */
export function placeText(site: Site | undefined): string | undefined {
  const place = placeOf(site);
  return place && formatPlace(place);
}

export function formatPlace(place: Place): string {
  return `${place.file}:${place.line}:${place.column}`;
}

/** This file lies one folder below the root of the package's code, in `src` as in `dist`. */
function ownFolder(): string | undefined {
  const [frame] = parseStack(new Error('here').stack);
  const file = frame?.file.replaceAll('\\', '/');
  const match = file === undefined ? null : /^(.*\/)report\/place\.[a-z]+$/.exec(file);
  return match?.[1];
}

const own = ownFolder();
if (own !== undefined) markInternal(own);

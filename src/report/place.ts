import { processWide } from '../guard/process-wide.ts';
import type { Site } from '../session/events.ts';
import { type Frame, parseStack } from './stack.ts';
import { stackText } from './stack-text.ts';

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

/** Folders of libraries on top of the driver (mongoose): the user's line is the one that called them. */
const libraries = processWide('libraries', () => new Set<string>());

/** Marks a folder (with a trailing slash) as that of a library whose calls are followed to the user's line. */
export function markLibrary(folder: string): void {
  libraries.add(folder);
}

/** The innermost line of the user's own code, else of a dependency that called the driver. */
export function placeOf(site: Site | undefined): Place | undefined {
  const chain = chainOf(site).map(link => foreignFrames(link));
  const frame =
    firstOf(chain, ownLine) ??
    firstOf(chain, frames => frames.find(isUsers)) ??
    firstOf(chain, frames => frames.find(({ file }) => !isLibrary(file))) ??
    firstOf(chain, ([first]) => first);
  return frame && { file: frame.file, line: frame.line, column: frame.column };
}

/** The user's frames of a site, innermost first, and behind them those of the library calls that it serves. */
export function userFrames(site: Site | undefined): Frame[] {
  return chainOf(site).flatMap(link => foreignFrames(link).filter(isUsers));
}

/** The place of a dependency's own code, where the stack leads no further. */
export function isInDependency({ file }: Place): boolean {
  return file.replaceAll('\\', '/').includes('/node_modules/') || isLibrary(file);
}

/** A dependency has made this call, also where somebody else has called the dependency. */
export function isByDependency(site: Site | undefined): boolean {
  const first = site && foreignFrames(site)[0];
  return first !== undefined && isInDependency(first);
}

/** A site, the call of a library that it serves, the call that this one serves, … */
function chainOf(site: Site | undefined): Site[] {
  const chain: Site[] = [];
  for (let link = site; link !== undefined; link = link.via) chain.push(link);
  return chain;
}

function firstOf<T, R>(items: readonly T[], find: (item: T) => R | undefined): R | undefined {
  for (const item of items) {
    const found = find(item);
    if (found !== undefined) return found;
  }
  return undefined;
}

function foreignFrames(site: Site): Frame[] {
  return parseStack(stackText(site)).filter(frame => isForeign(frame.file));
}

function isUsers({ file }: Frame): boolean {
  return !file.includes('/node_modules/') && !isLibrary(file);
}

/**
 * The user's line that this code was called from, if the stack tells it by itself: a call that is still on the stack, or
 * an await of the user's own before a library takes over (what awaits the library stands behind, and says less than the call).
 */
function ownLine(frames: readonly Frame[]): Frame | undefined {
  const library = frames.findIndex(({ file }) => isLibrary(file));
  return frames.find(
    (frame, index) => isUsers(frame) && (!frame.isAsync || library === -1 || index < library),
  );
}

/** Who called the code at this site in the first place: a library (also for a hook of the user's), or anybody else. */
export function rootOf(site: Site): 'library' | 'other' | 'unknown' {
  const last = foreignFrames(site).at(-1);
  if (last === undefined) return 'unknown';
  return isLibrary(last.file) ? 'library' : 'other';
}

/** True for the file of a library on top of the driver. */
export function isLibrary(file: string): boolean {
  const path = file.replaceAll('\\', '/');
  for (const folder of libraries) if (path.startsWith(folder)) return true;
  return false;
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
  const [frame] = parseStack(stackText(new Error('here')));
  const file = frame?.file.replaceAll('\\', '/');
  const match = file === undefined ? null : /^(.*\/)report\/place\.[a-z]+$/.exec(file);
  return match?.[1];
}

/** The folders of this package's copies. */
const ownFolders = processWide('own-folders', () => new Set<string>());

const own = ownFolder();
if (own !== undefined) {
  markInternal(own);
  ownFolders.add(own);
}

/** True for a file of this package. */
export function isOwn(file: string): boolean {
  const path = file.replaceAll('\\', '/');
  for (const folder of ownFolders) if (path.startsWith(folder)) return true;
  return false;
}

import { packageFolder } from '../../errors/package-folder.ts';
import { hiddenField } from '../../platform/hidden-field.ts';
import { processWide } from '../../platform/process-wide.ts';
import type { Site } from '../events/events.ts';
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

/** Folders of libraries on top of the driver (mongoose): the user's line is the line that called them. */
const libraries = processWide('libraries', () => new Set<string>());

/** Marks a folder (with a trailing slash) as the folder of a library whose calls are followed to the user's line. */
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

/** The user's frames of a site, innermost first, followed by the frames of the library calls that led to it. */
export function userFrames(site: Site | undefined): Frame[] {
  return chainOf(site).flatMap(link => foreignFrames(link).filter(isUsers));
}

/** True if the place is in a dependency: `placeOf` gives such a place only if the stack has no line of the user. */
export function isInDependency({ file }: Place): boolean {
  return file.replaceAll('\\', '/').includes('/node_modules/') || isLibrary(file);
}

/** A dependency has made this call, even if other code has called the dependency. */
export function isByDependency(site: Site | undefined): boolean {
  const first = site && foreignFrames(site)[0];
  return first !== undefined && isInDependency(first);
}

/** A site, the library call that led to it, the call that led to that one, … */
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

interface Foreign {
  /** How many folders were marked then: frames of a folder that is marked later are not foreign any more. */
  readonly foldersThen: number;
  readonly frames: readonly Frame[];
}

/** Of the frames of a stack, which are the same object each time that stack is met. */
const foreign = hiddenField<readonly Frame[], Foreign>();

function foreignFrames(site: Site): readonly Frame[] {
  const all = parseStack(stackText(site));
  const known = foreign.get(all);
  if (known?.foldersThen === internal.size) return known.frames;
  const frames = all.filter(frame => isForeign(frame.file));
  foreign.set(all, { foldersThen: internal.size, frames });
  return frames;
}

function isUsers({ file }: Frame): boolean {
  return !file.includes('/node_modules/') && !isLibrary(file);
}

/**
 * The user's line that called this code, if the stack itself has it: a call that is still on the stack, or an await of the
 * user's code before the frames of a library. (Code that awaits the library comes after those frames, and says less than the
 * call.)
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

/** A file that belongs neither to Node, nor to the driver, nor to this package. */
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

/** A place inside a sentence, with the space before it; nothing where there is none. */
export function at(place: string | undefined): string {
  return place === undefined ? '' : ` at ${place}`;
}

export function formatPlace(place: Place): string {
  return `${place.file}:${place.line}:${place.column}`;
}

/** The folders of this package's copies. */
const ownFolders = processWide('own-folders', () => new Set<string>());

const own = packageFolder()?.code;
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

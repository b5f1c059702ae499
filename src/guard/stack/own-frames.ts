import { isOwn } from './place.ts';
import { parseFrame, type StackStart } from './stack.ts';

/** The most frames that one of our methods has between the user and the driver. */
const room = 8;

/** The same for an operation: ten, and about fifteen more where trackers follow it, whose own frames are in between. */
export const roomOfOperation = 48;

/** Frames that the runtime puts between our own frames. */
const between = /\(node:(?:async_hooks|internal\/async_local_storage)/;

/** The limit that the innermost running `withRoom` has set. */
let raised: number | undefined;
/** The limit of the program while one runs. */
let original = 0;

/** The stack limit of the program, also inside `withRoom`. */
function programLimit(): number {
  return Error.stackTraceLimit === raised ? original : Error.stackTraceLimit;
}

/**
 * Calls the driver with a higher stack limit, so that our frames do not push the user's frames out of the stacks that the
 * driver captures. One of our methods may call another one, each with its own room.
 */
export function withRoom<T>(call: () => T, frames = room): T {
  const limit = Error.stackTraceLimit;
  const outer = raised;
  const outerOriginal = original;
  const ofProgram = programLimit();
  try {
    Error.stackTraceLimit = limit + frames;
  } catch {
    // Frozen intrinsics: then the stack is shorter.
    return call();
  }
  raised = limit + frames;
  original = ofProgram;
  try {
    return call();
  } finally {
    if (Error.stackTraceLimit === raised) Error.stackTraceLimit = limit;
    raised = outer;
    original = outerOriginal;
  }
}

/**
 * Lets the stack of one of our errors begin at the call that it refuses.
 * @returns the same error
 */
export function startingBelow<E extends Error>(error: E, below: StackStart): E {
  try {
    Error.captureStackTrace(error, below);
  } catch {
    // Frozen intrinsics: then the stack begins with our own frames.
  }
  return error;
}

/**
 * Removes our frames from the stack of an error that goes to the user.
 * @returns the same error
 */
export function withoutOwnFrames<E>(error: E): E {
  try {
    clean(error);
  } catch {
    // Anything can be thrown, also an object whose properties cannot be read.
  }
  return error;
}

function clean(error: unknown): void {
  if (typeof error !== 'object' || error === null || !('stack' in error)) return;
  const { stack } = error;
  if (typeof stack !== 'string') return;
  const lines = stack.split('\n');
  if (!lines.some(isOwnLine)) return;
  Reflect.set(error, 'stack', cut(lines.filter(isNotOurs), framesIn(lines)).join('\n'));
}

function isOwnLine(line: string): boolean {
  const frame = parseFrame(line, false);
  return frame !== undefined && isOwn(frame.file);
}

function isNotOurs(line: string, index: number, lines: readonly string[]): boolean {
  if (isOwnLine(line)) return false;
  return !between.test(line) || !isOwnLine(lines[index + 1] ?? '');
}

/** Removes the frames above the original limit: the part of the extra room that our frames did not use. */
function cut(lines: readonly string[], frames: number): readonly string[] {
  const limit = programLimit();
  if (frames <= limit || frames > Math.max(limit, Error.stackTraceLimit) + roomOfOperation) return lines;
  let left = limit;
  return lines.filter(line => parseFrame(line, false) === undefined || --left >= 0);
}

function framesIn(lines: readonly string[]): number {
  return lines.filter(line => parseFrame(line, false) !== undefined).length;
}

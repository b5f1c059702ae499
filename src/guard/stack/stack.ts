import { remembering } from '../../platform/bounded.ts';

/** Reads V8's stack text, the only form that source maps and other tools agree on. */

export interface Frame {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly name?: string | undefined;
  /** A function that awaits the one before it, rather than a call on the stack. */
  readonly isAsync: boolean;
}

/** `at name (place)`, or `at place`; the place may itself hold parentheses. */
const named = /^\s+at (?:async )?(.+?) \((.+):(\d+):(\d+)\)$/;
const nameless = /^\s+at (?:async )?(.+):(\d+):(\d+)$/;
const awaiting = /^\s+at async /;

/** A misuse that comes with every request has the same text each time. */
const framesOf = remembering(100, framesIn);

/** @returns the same frames for the same text, as long as it is one of the last ones */
export function parseStack(stack: string | undefined): readonly Frame[] {
  return typeof stack === 'string' ? framesOf(stack) : [];
}

function framesIn(stack: string): readonly Frame[] {
  const frames: Frame[] = [];
  let isAsync = false;
  for (const line of stack.split('\n')) {
    isAsync ||= awaiting.test(line);
    const frame = parseFrame(line, isAsync);
    if (frame === undefined) continue;
    frames.push(frame);
    // Tools that rewrite stacks drop the word `async`: frames above the frame of the promise queue are async callers.
    isAsync ||= frame.file === 'node:internal/process/task_queues';
  }
  return frames;
}

/** Undefined for a line that is not a frame. */
export function parseFrame(line: string, isAsync: boolean): Frame | undefined {
  const withName = named.exec(line);
  if (withName !== null) {
    const [, name, url = '', row, column] = withName;
    return { file: pathOf(url), line: Number(row), column: Number(column), name, isAsync };
  }
  const [, url, row, column] = nameless.exec(line) ?? [];
  if (url === undefined) return undefined;
  return { file: pathOf(url), line: Number(row), column: Number(column), name: undefined, isAsync };
}

/** Stacks name ES modules by URL and CommonJS modules by path. */
function pathOf(url: string): string {
  if (!url.startsWith('file://')) return url;
  // Loaders number the versions of a module in a query (hot reload, test runners).
  const path = decoded(url.slice('file://'.length).replace(/\?.*$/, ''));
  return /^\/[A-Za-z]:\//.test(path) ? path.slice(1) : path;
}

/** A file's name may contain a literal percent sign. */
function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/**
 * A function that is on the stack now. The stack is read from its caller on: without the frame of this function, and without
 * those of the functions that it has called.
 */
export type StackStart = (...args: never[]) => unknown;

/**
 * The call sites above a function, innermost first, as V8 knows them: with the names of the loaded files; the text of a stack
 * may name the sources of a source map instead. Undefined if `Error` is frozen.
 */
export function callSites(below: StackStart, depth: number): NodeJS.CallSite[] | undefined {
  // oxlint-disable-next-line typescript/unbound-method -- it is put back, not called
  const { prepareStackTrace, stackTraceLimit } = Error;
  const holder: { stack?: unknown } = {};
  try {
    Error.stackTraceLimit = depth;
    Error.prepareStackTrace = (_error, sites) => sites;
    Error.captureStackTrace(holder, below);
    const sites = holder.stack;
    return Array.isArray(sites) ? sites : undefined;
  } catch {
    return undefined;
  } finally {
    // Not by assignments, which throw if one of them is read-only.
    Reflect.set(Error, 'prepareStackTrace', prepareStackTrace);
    Reflect.set(Error, 'stackTraceLimit', stackTraceLimit);
  }
}

import { remembering } from '../../platform/bounded.ts';
import { callSites, type StackStart } from '../stack/stack.ts';
import { isForeign, isLibrary } from '../stack/place.ts';
import type { FunctionCall } from '../scope/async-scope.ts';
import { currentCall } from '../scope/lookup.ts';

/** Deep enough to reach over the driver's frames and a few async callers. */
const depth = 32;

type CallSite = Partial<NodeJS.CallSite> & { isAsync?(): boolean };

/**
 * The user's functions around the current code, innermost first, including async callers. Not cheap (about 15 µs): call it
 * rarely.
 */
export function functionsAbove(below: StackStart): readonly FunctionCall[] {
  const sites = callSites(below, depth) ?? [];
  const functions = sites.flatMap((site, index) => functionCall(site, sites.slice(index + 1)) ?? []);
  const call = currentCall();
  if (call === undefined) return functions;
  const root = functions.at(-1);
  if (root === undefined ? !call.ofCursor : !isLibrary(root.fn)) return functions;
  // The outermost caller is a library: the callers of the library come after it.
  return [...functions, ...call.functions];
}

/** Nearly always enough for a function that the user has called, and for its caller. V8 takes its time for every frame. */
const fewFrames = 4;

/** The first of them. The others are not looked at. */
export function innermostFunction(below: StackStart): FunctionCall | undefined {
  const found =
    innermostAmong(callSites(below, fewFrames), fewFrames) ?? innermostAmong(callSites(below, depth));
  if (found !== undefined) return found;
  const call = currentCall();
  return call?.ofCursor === true ? call.functions[0] : undefined;
}

/** @param most set if the stack may have more frames: then a function whose caller is not among them counts as not found */
function innermostAmong(sites: readonly CallSite[] = [], most = Infinity): FunctionCall | undefined {
  for (const [index, site] of sites.entries()) {
    const found = functionCall(site, sites.slice(index + 1));
    if (found !== undefined) return found.caller === undefined && sites.length >= most ? undefined : found;
  }
  return undefined;
}

function functionCall(site: CallSite, outer: readonly CallSite[]): FunctionCall | undefined {
  const fn = identityOf(site);
  return fn === undefined ? undefined : { fn, ...placeOf(site), caller: callerOf(outer) };
}

function placeOf(site: CallSite): { readonly line: number; readonly column: number } {
  return { line: site.getLineNumber?.() ?? 0, column: site.getColumnNumber?.() ?? 0 };
}

function callerOf(outer: readonly CallSite[]): string | undefined {
  // Functions of the language itself, such as Array.map, have no file; Node's own functions run the code after an await.
  const caller = outer.find(site => site.isAsync?.() === true || !isRuntime(site));
  if (caller === undefined) return undefined;
  if (caller.isAsync?.() === true) return 'awaited';
  const { line, column } = placeOf(caller);
  return `${caller.getFileName?.()}:${line}:${column}`;
}

/** Undefined for functions of the driver, of this package and of the runtime. */
function identityOf(site: CallSite): string | undefined {
  const url = site.getFileName?.() ?? '';
  const file = url.startsWith('file://') ? pathOf(url) : url;
  if (!isForeign(file)) return undefined;
  const line = site.getEnclosingLineNumber?.() ?? 0;
  // Without a start position only the name distinguishes functions.
  if (line > 0) return `${file}:${line}:${site.getEnclosingColumnNumber?.() ?? 0}`;
  const name = site.getFunctionName?.();
  return name == null ? undefined : `${file} ${name}`;
}

/** A program has far fewer modules on its stacks. */
const pathOf = remembering(1000, (url: string) => decodeURIComponent(new URL(url).pathname));

function isRuntime(site: CallSite): boolean {
  const file = site.getFileName?.();
  return file == null || file.startsWith('node:');
}

import { callSites } from '../../guard/call-sites.ts';
import { isForeign, isLibrary } from '../../report/place.ts';
import { currentCall } from '../../scope/lookup.ts';

/** Deep enough to reach over the driver's frames and a few async callers. */
const depth = 32;

type CallSite = Partial<NodeJS.CallSite> & { isAsync?(): boolean };

/** One call of a function of the user's, as a stack tells it. */
export interface FunctionCall {
  /** Its file and the place where it begins, which tells also two nameless ones apart. */
  readonly fn: string;
  /** Where in the function the program is. */
  readonly line: number;
  readonly column: number;
  /** Where it was called, while that call is on the stack; `awaited` once it has waited; undefined if nobody is seen. */
  readonly caller: string | undefined;
}

/**
 * The functions of the user's that we are in, innermost first, async callers included. Not cheap (about 15 µs): for rare
 * moments.
 */
export function functionsAbove(below: (...args: never[]) => unknown): readonly FunctionCall[] {
  const sites = callSites(below, depth) ?? [];
  const functions = sites.flatMap((site, index) => functionCall(site, sites.slice(index + 1)) ?? []);
  const call = currentCall();
  if (call === undefined) return functions;
  const root = functions.at(-1);
  if (root === undefined ? !call.ofCursor : !isLibrary(root.fn)) return functions;
  // The outermost caller is a library: whoever has called that stands above.
  return [...functions, ...call.functions];
}

function functionCall(site: CallSite, outer: readonly CallSite[]): FunctionCall | undefined {
  const fn = identityOf(site);
  return fn === undefined ? undefined : { fn, ...placeOf(site), caller: callerOf(outer) };
}

function placeOf(site: CallSite): { readonly line: number; readonly column: number } {
  return { line: site.getLineNumber?.() ?? 0, column: site.getColumnNumber?.() ?? 0 };
}

function callerOf(outer: readonly CallSite[]): string | undefined {
  // Functions of the language itself, such as Array.map, have no file; Node's own run what goes on after an await.
  const caller = outer.find(site => site.isAsync?.() === true || !isRuntime(site));
  if (caller === undefined) return undefined;
  if (caller.isAsync?.() === true) return 'awaited';
  const { line, column } = placeOf(caller);
  return `${caller.getFileName?.()}:${line}:${column}`;
}

/** Undefined for the driver's, ours and those of the runtime. */
function identityOf(site: CallSite): string | undefined {
  const url = site.getFileName?.() ?? '';
  const file = url.startsWith('file://') ? decodeURIComponent(new URL(url).pathname) : url;
  if (!isForeign(file)) return undefined;
  const line = site.getEnclosingLineNumber?.() ?? 0;
  // Without a beginning only a name can tell functions apart.
  if (line > 0) return `${file}:${line}:${site.getEnclosingColumnNumber?.() ?? 0}`;
  const name = site.getFunctionName?.();
  return name == null ? undefined : `${file} ${name}`;
}

function isRuntime(site: CallSite): boolean {
  const file = site.getFileName?.();
  return file == null || file.startsWith('node:');
}

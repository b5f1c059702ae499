/**
 * The call sites above a function, innermost first, as V8 knows them: with the files as they were loaded, where the text of
 * a stack may name the sources of a source map. Undefined where `Error` is frozen.
 */
export function callSites(
  below: (...args: never[]) => unknown,
  depth: number,
): NodeJS.CallSite[] | undefined {
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
    // Not by assignments, which throw where one of them is read-only.
    Reflect.set(Error, 'prepareStackTrace', prepareStackTrace);
    Reflect.set(Error, 'stackTraceLimit', stackTraceLimit);
  }
}

import { isForeign } from '../report/place.ts';

/** Deep enough to reach over the driver's frames and a few async callers. */
const depth = 32;

/**
 * The functions of the user's that we are in, innermost first, async callers included; each by its file and the place
 * where it begins, which tells also two nameless ones apart. Not cheap (about 15 µs): for rare moments.
 */
export function functionsAbove(below: (...args: never[]) => unknown): string[] {
  // Somebody else's hook is put back as it was, and called by nobody here.
  // oxlint-disable-next-line typescript/unbound-method
  const { prepareStackTrace, stackTraceLimit } = Error;
  const holder: { stack?: unknown } = {};
  try {
    Error.stackTraceLimit = depth;
    Error.prepareStackTrace = (_error, sites) => sites;
    Error.captureStackTrace(holder, below);
    const sites = holder.stack;
    return Array.isArray(sites) ? sites.flatMap((site: NodeJS.CallSite) => identityOf(site) ?? []) : [];
  } finally {
    Error.prepareStackTrace = prepareStackTrace;
    Error.stackTraceLimit = stackTraceLimit;
  }
}

function identityOf(site: Partial<NodeJS.CallSite>): string | undefined {
  const url = site.getFileName?.() ?? '';
  const file = url.startsWith('file://') ? decodeURIComponent(new URL(url).pathname) : url;
  if (!isForeign(file)) return undefined;
  const line = site.getEnclosingLineNumber?.() ?? 0;
  // Without a beginning only a name can tell functions apart.
  if (line > 0) return `${file}:${line}:${site.getEnclosingColumnNumber?.() ?? 0}`;
  const name = site.getFunctionName?.();
  return name == null ? undefined : `${file} ${name}`;
}

import { callSites } from '../guard/call-sites.ts';
import { isForeign } from '../report/place.ts';

/** Deep enough to reach over the driver's frames and a few async callers. */
const depth = 32;

/**
 * The functions of the user's that we are in, innermost first, async callers included; each by its file and the place
 * where it begins, which tells also two nameless ones apart. Not cheap (about 15 µs): for rare moments.
 */
export function functionsAbove(below: (...args: never[]) => unknown): string[] {
  return (callSites(below, depth) ?? []).flatMap(site => identityOf(site) ?? []);
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

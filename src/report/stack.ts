/** Reads V8's stack text, the only form that source maps and other tools agree on. */

export interface Frame {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly name?: string | undefined;
}

const framePattern =
  /^\s+at (?:(?:async )?(.*?) \()?(?:async )?((?:file:\/\/|node:)?[^()]*?):(\d+):(\d+)\)?$/;

export function parseStack(stack: string | undefined): Frame[] {
  if (typeof stack !== 'string') return [];
  return stack.split('\n').flatMap(line => parseFrame(line) ?? []);
}

function parseFrame(line: string): Frame | undefined {
  const match = framePattern.exec(line);
  if (match === null) return undefined;
  const [, name, url = '', lineNumber, column] = match;
  return { file: pathOf(url), line: Number(lineNumber), column: Number(column), name };
}

/** Stacks name ES modules by URL and CommonJS modules by path. */
function pathOf(url: string): string {
  if (!url.startsWith('file://')) return url;
  const path = decodeURIComponent(new URL(url).pathname);
  return /^\/[A-Za-z]:\//.test(path) ? path.slice(1) : path;
}

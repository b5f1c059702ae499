/** Reads V8's stack text, the only form that source maps and other tools agree on. */

export interface Frame {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly name?: string | undefined;
}

/** `at name (place)`, or `at place`; the place may itself hold parentheses. */
const named = /^\s+at (?:async )?(.+?) \((.+):(\d+):(\d+)\)$/;
const nameless = /^\s+at (?:async )?(.+):(\d+):(\d+)$/;

export function parseStack(stack: string | undefined): Frame[] {
  if (typeof stack !== 'string') return [];
  return stack.split('\n').flatMap(line => parseFrame(line) ?? []);
}

function parseFrame(line: string): Frame | undefined {
  const withName = named.exec(line);
  if (withName !== null) {
    const [, name, url = '', row, column] = withName;
    return { file: pathOf(url), line: Number(row), column: Number(column), name };
  }
  const [, url, row, column] = nameless.exec(line) ?? [];
  if (url === undefined) return undefined;
  return { file: pathOf(url), line: Number(row), column: Number(column), name: undefined };
}

/** Stacks name ES modules by URL and CommonJS modules by path. */
function pathOf(url: string): string {
  if (!url.startsWith('file://')) return url;
  // Loaders number the versions of a module in a query (hot reload, test runners).
  const path = decoded(url.slice('file://'.length).replace(/\?.*$/, ''));
  return /^\/[A-Za-z]:\//.test(path) ? path.slice(1) : path;
}

/** A file's name may hold a percent sign that stands for itself. */
function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

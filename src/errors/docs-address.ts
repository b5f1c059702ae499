import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** This file lies two folders below the root of the package, in `src` as in `dist`. */
const fromRoot = join('..', '..');

let locate: ((page: string) => string) | undefined;

/**
 * Where a page of the documentation opens: below the package's `homepage`, if it has one, else as a file of the installed package.
 * In a bundle, or where an installation has no `docs`, it stays a path inside the package.
 * @param page such as `docs/errors.md`; an address stays as it is
 */
export function docsAddress(page: string): string {
  if (!page.startsWith('docs/')) return page;
  locate ??= locator();
  return locate(page);
}

/** Looks for the package once, when the first page is asked for: many programs never do. */
function locator(): (page: string) => string {
  try {
    const root = join(dirname(fileURLToPath(import.meta.url)), fromRoot);
    const { name, homepage } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    // A bundle lies somewhere in another package.
    if (name !== 'session-guard') return asItIs;
    if (typeof homepage === 'string') return page => below(homepage, page);
    return existsSync(join(root, 'docs')) ? page => join(root, page) : asItIs;
  } catch {
    // No file that could be read: a bundle, or a process that may not.
    return asItIs;
  }
}

function asItIs(page: string): string {
  return page;
}

function below(homepage: string, page: string): string {
  const { origin, pathname } = new URL(homepage);
  return `${origin}${pathname.replace(/\/*$/, '/')}${page}`;
}

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { packageFolder } from './package-folder.ts';

let locate: ((page: string) => string) | undefined;

/**
 * The address of a page of the documentation: below the package's `homepage`, if it has one, else as a file of the installed
 * package. In a bundle, or if the installation has no `docs`, it stays a path inside the package.
 * @param page such as `docs/errors.md`; an address is returned unchanged
 */
export function docsAddress(page: string): string {
  if (!page.startsWith('docs/')) return page;
  locate ??= locator();
  return locate(page);
}

/** Looks for the package once, when the first page is needed: many programs never need one. */
function locator(): (page: string) => string {
  const found = packageFolder();
  if (found === undefined) return asItIs;
  const { root, homepage } = found;
  if (homepage !== undefined) return page => below(homepage, page);
  return existsSync(join(root, 'docs')) ? page => join(root, page) : asItIs;
}

function asItIs(page: string): string {
  return page;
}

function below(homepage: string, page: string): string {
  const { origin, pathname } = new URL(homepage);
  return `${origin}${pathname.replace(/\/*$/, '/')}${page}`;
}

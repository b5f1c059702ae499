import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** An installed copy of this package, not a bundled one. */
export interface PackageFolder {
  /** Where its package.json lies. */
  readonly root: string;
  /** Of its package.json. */
  readonly homepage: string | undefined;
  /** Of its package.json. */
  readonly version: string | undefined;
  /** Where its code lies, `dist` or `src`, with a slash at the end. */
  readonly code: string;
}

/** Read once: the code's own folder is asked for at the start, a page of the documentation later. */
let found: { readonly folder: PackageFolder | undefined } | undefined;

/** The greatest depth of a file in `src`. */
const deepest = 6;

/**
 * The copy of the package that this file belongs to.
 * @returns undefined in a bundle, or if no file can be read
 */
export function packageFolder(): PackageFolder | undefined {
  found ??= { folder: searchSafely() };
  return found.folder;
}

function searchSafely(): PackageFolder | undefined {
  try {
    return search(dirname(fileURLToPath(import.meta.url)));
  } catch {
    return undefined;
  }
}

/** The first package.json above decides: a bundle is inside another package. */
function search(from: string): PackageFolder | undefined {
  let code = from;
  for (let depth = 0; depth < deepest; depth += 1) {
    const root = dirname(code);
    const file = join(root, 'package.json');
    if (existsSync(file)) {
      const { name, homepage, version }: Partial<Record<string, unknown>> = JSON.parse(
        readFileSync(file, 'utf8'),
      );
      if (name !== 'session-guard') return undefined;
      return {
        root,
        homepage: typeof homepage === 'string' ? homepage : undefined,
        version: typeof version === 'string' ? version : undefined,
        code: `${code.replaceAll('\\', '/')}/`,
      };
    }
    code = root;
  }
  return undefined;
}

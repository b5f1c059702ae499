import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { callSites } from '../stack/stack.ts';
import { markLibrary } from '../stack/place.ts';
import type { MongooseInside } from './mongoose-types.ts';

/** The file of mongoose that calls us back is the innermost frame. */
const depth = 8;

/** The packages that run hooks and build queries for mongoose. */
const parts = ['kareem', 'mquery'];

/** Marks the folders of this copy of mongoose: the user's line is the line that called mongoose. */
export function markFolders({ Schema }: MongooseInside): void {
  const file = fileOf(Schema);
  const folder = file === undefined ? undefined : /^(.*[\\/])lib[\\/]schema\.js$/.exec(file)?.[1];
  if (folder === undefined) return;
  markLibrary(`${folder.replaceAll('\\', '/')}lib/`);
  const require = createRequire(`${folder}index.js`);
  for (const part of parts) {
    try {
      markLibrary(
        `${dirname(require.resolve(part))
          .replaceAll('\\', '/')
          .replace(/\/lib$/, '')}/`,
      );
    } catch {
      // Bundled into another file, or replaced: then its lines count as the user's.
    }
  }
}

/** The file of mongoose's `Schema`: it calls a visitor of its paths at once, so the visitor's stack has this file. */
function fileOf(Schema: MongooseInside['Schema']): string | undefined {
  let file: string | null | undefined;
  new Schema().eachPath(function visit() {
    file ??= callSites(visit, depth)?.[0]?.getFileName();
  });
  return file ?? undefined;
}

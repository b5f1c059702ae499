import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { callSites } from '../guard/call-sites.ts';
import { markLibrary } from '../report/place.ts';
import type { MongooseInside } from './mongoose-types.ts';

/** The file of mongoose that calls us back is the innermost frame. */
const depth = 8;

/** What runs hooks and builds queries for mongoose. */
const parts = ['kareem', 'mquery'];

/** Marks the folders of this copy of mongoose: the user's line is the one that called it. */
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
      // Bundled into something else, or replaced: its lines count as the user's.
    }
  }
}

/** Where mongoose's `Schema` lives: it calls a visitor of its paths at once. */
function fileOf(Schema: MongooseInside['Schema']): string | undefined {
  let file: string | null | undefined;
  new Schema().eachPath(function visit() {
    file ??= callSites(visit, depth)?.[0]?.getFileName();
  });
  return file ?? undefined;
}

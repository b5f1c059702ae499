import { fileURLToPath } from 'node:url';
import type { DriverClient } from './driver-types.ts';

const found = Symbol('the stack was read');

/**
 * The folder of the driver's compiled files, with a trailing slash. The driver reads the options of `startSession` before it
 * makes the session: a getter that throws sees the stack of the copy's own file, and no session comes to be.
 */
export function folderOf(client: DriverClient): string | undefined {
  let files: readonly string[] = [];
  const options = {
    explicit: false,
    get causalConsistency(): boolean {
      files = filesAbove();
      throw found;
    },
  };
  try {
    client.startSession(options);
  } catch (error) {
    if (error !== found) return undefined;
  }
  const file = files.find(name => /[\\/]lib[\\/]mongo_client\.js$/.test(name));
  return file?.replaceAll('\\', '/').replace(/mongo_client\.js$/, '');
}

/** The files on the stack as they were loaded: the text of a stack may name the sources of a source map instead. */
function filesAbove(): string[] {
  // oxlint-disable-next-line typescript/unbound-method -- it is put back, not called
  const { prepareStackTrace } = Error;
  try {
    Error.prepareStackTrace = (_error, sites) => sites.map(site => site.getFileName() ?? '');
    const { stack } = new Error('where') as { stack?: unknown };
    return Array.isArray(stack) ? stack.map(name => pathOf(String(name))) : [];
  } finally {
    Error.prepareStackTrace = prepareStackTrace;
  }
}

function pathOf(name: string): string {
  return name.startsWith('file://') ? fileURLToPath(name) : name;
}

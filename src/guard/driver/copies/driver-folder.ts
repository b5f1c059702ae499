import { fileURLToPath } from 'node:url';
import { callSites, parseStack, type StackStart } from '../../stack/stack.ts';
import { stackText } from '../../stack/stack-text.ts';
import type { DriverClient } from './driver-types.ts';

/** The driver's frames are the innermost. */
const depth = 20;

const found = Symbol('the stack was read');

/**
 * The folder of the driver's compiled files, with a trailing slash. The driver reads the options of `startSession` before it
 * makes the session: a getter that throws gets a stack with the file of this copy, and no session is made.
 */
export function folderOf(client: DriverClient): string | undefined {
  let files: readonly string[] = [];
  const options = {
    explicit: false,
    get causalConsistency(): boolean {
      files = filesAbove(filesAbove);
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

/** If `Error` is frozen, the text of the stack is used. */
function filesAbove(below: StackStart): string[] {
  const sites = callSites(below, depth)?.map(site => pathOf(site.getFileName() ?? ''));
  return sites ?? parseStack(stackText(new Error('where'))).map(({ file }) => file);
}

function pathOf(name: string): string {
  return name.startsWith('file://') ? fileURLToPath(name) : name;
}

import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../..', import.meta.url)).replace(/\/$/, '');

/** What was printed here, as it is where the package is installed for the program in `/app`. */
export function asInstalled(printed: string): string {
  return printed.replaceAll(root, '/app/node_modules/session-guard');
}

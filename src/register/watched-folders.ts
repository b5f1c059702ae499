import { shared } from '../guard/shared-state.ts';

const watched = new Set<string>();

/** Notes that the copy of the driver in this folder is observed, be it in another realm (Jest's). */
export function noteWatched(folder: string): void {
  watched.add(folder);
}

export function isWatched(folder: string): boolean {
  return watched.has(folder) || shared.copies.has(folder);
}

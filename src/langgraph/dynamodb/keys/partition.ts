import { decodePart, encodePart, partEnd } from './encode-part.ts';

/**
 * The partition of a thread: its id alone; behind the saver's prefix where it has one. No two pairs of prefix and id meet,
 * whatever the ids are.
 */
export function partitionOf(prefix: string, thread: string): string {
  return prefix === '' && !thread.includes(partEnd) ? thread : encodePart(prefix) + partEnd + thread;
}

/** @returns undefined for a partition of another prefix */
export function threadOf(prefix: string, partition: string): string | undefined {
  const end = partition.indexOf(partEnd);
  const [its, thread] =
    end < 0 ? ['', partition] : [decodePart(partition.slice(0, end)), partition.slice(end + 1)];
  return its === prefix ? thread : undefined;
}

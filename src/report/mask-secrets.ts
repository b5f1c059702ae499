import { type Range, secretRanges } from './secret-ranges.ts';

/** A line of source text without the secrets that are written out in it. */
export function maskSecrets(line: string): string {
  return maskedBetween(line, secretRanges(line), 0, line.length);
}

/** The part of a line between two columns, counted from 0, without what is secret. */
export function maskedBetween(line: string, secrets: readonly Range[], from: number, to: number): string {
  let shown = '';
  let at = from;
  for (const [start, end] of secrets) {
    if (end <= at || start >= to) continue;
    shown += `${line.slice(at, Math.max(at, start))}***`;
    at = end;
  }
  return shown + line.slice(at, Math.max(at, to));
}

import { readFileSync } from 'node:fs';
import { escapeSource } from '../../../platform/escape-text.ts';
import { maskedBetween, type Range, secretRanges } from './secret-ranges.ts';
import type { Place } from '../../stack/place.ts';

/** Lines shown before and after the line in question. */
const around = 2;

/** How many columns of a line are shown: a minified file is one line. */
const widest = 110;

/** How far outside the shown columns a secret may begin and still be recognised. */
const margin = 500;

/** The lines around a place with a mark under its column, or undefined if the source cannot be read. */
export function codeFrame(place: Place): string | undefined {
  const lines = sourceLines(place.file);
  if (lines === undefined || lines.length < place.line) return undefined;
  const first = Math.max(1, place.line - around);
  const last = Math.min(lines.length, place.line + around);
  const width = String(last).length;
  const column = Math.max(0, place.column - 1);
  const start = startOfCut(lines[place.line - 1] ?? '', column);
  const shown: string[] = [];
  for (let number = first; number <= last; number += 1) {
    const line = cutOut(lines[number - 1] ?? '', start);
    const here = number === place.line;
    shown.push(`${here ? '>' : ' '} ${String(number).padStart(width)} | ${line.shown(widest)}`.trimEnd());
    if (here) shown.push(`  ${' '.repeat(width)} | ${' '.repeat(line.widthBefore(column))}^`);
  }
  return shown.join('\n');
}

/** The column that is shown first, so that the column of the misuse is in the middle of a long line. */
function startOfCut(line: string, column: number): number {
  if (line.length <= widest) return 0;
  return Math.max(0, Math.min(column - Math.floor(widest / 2), line.length - widest));
}

/** Cut before the search for secrets: the search is slow on a line of a megabyte. */
function cutOut(line: string, start: number) {
  const from = Math.max(0, start - margin);
  const part = line.slice(from, start + widest + margin);
  // The beginning of the token at the edge is cut off, so it may be a secret.
  const edge: Range[] = from === 0 ? [] : [[0, /^[^\s'"`;,()]*/.exec(part)?.[0].length ?? 0]];
  const secrets = [...edge, ...secretRanges(part)];
  const between = (first: number, last: number) =>
    escapeSource(maskedBetween(part, secrets, first - from, last - from));
  const ahead = start > 0 && line.length > start ? '…' : '';
  return {
    shown(most: number): string {
      const behind = line.length > start + most ? '…' : '';
      return `${ahead}${between(start, start + most).slice(0, most)}${behind}`;
    },
    /** Masked and escaped text on the left moves the mark. */
    widthBefore: (column: number) => Math.min(widest, ahead.length + between(start, column).length),
  };
}

/** A finding is reported once per place, so nothing is kept in memory. */
export function sourceLines(file: string): string[] | undefined {
  try {
    return readFileSync(file, 'utf8').split(/\r?\n/);
  } catch {
    return undefined;
  }
}

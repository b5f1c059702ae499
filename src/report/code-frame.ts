import { readFileSync } from 'node:fs';
import { maskSecrets } from './mask-secrets.ts';
import type { Place } from './place.ts';

/** Lines shown before and after the line in question. */
const around = 2;

/** The lines around a place with a mark under its column, or undefined where the source cannot be read. */
export function codeFrame(place: Place): string | undefined {
  const lines = sourceLines(place.file);
  if (lines === undefined || lines.length < place.line) return undefined;
  const first = Math.max(1, place.line - around);
  const last = Math.min(lines.length, place.line + around);
  const width = String(last).length;
  const shown: string[] = [];
  for (let number = first; number <= last; number += 1) {
    const line = lines[number - 1] ?? '';
    const here = number === place.line;
    shown.push(`${here ? '>' : ' '} ${String(number).padStart(width)} | ${maskSecrets(line)}`.trimEnd());
    if (here) shown.push(`  ${' '.repeat(width)} | ${' '.repeat(indentOf(line, place.column))}^`);
  }
  return shown.join('\n');
}

/** What is masked on the left moves the mark. */
function indentOf(line: string, column: number): number {
  return maskSecrets(line.slice(0, Math.max(0, column - 1))).length;
}

/** A finding is reported once per place, so nothing is kept in memory. */
export function sourceLines(file: string): string[] | undefined {
  try {
    return readFileSync(file, 'utf8').split(/\r?\n/);
  } catch {
    return undefined;
  }
}

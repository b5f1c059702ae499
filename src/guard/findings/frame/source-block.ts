import { sourceLines } from './code-frame.ts';
import type { Place } from '../../stack/place.ts';

/** A bundle is not source code that a person reads. */
const longest = 500_000;

const noCode = /\/\*[\s\S]*?\*\/|\/\/[^\n]*|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\[\s\S]|[^`\\])*`/g;

/**
 * The code around a place, without comments and strings: the smallest block that matches `holding`, or the whole file. It only
 * counts braces. That is precise enough to suppress a finding, but not to make one.
 */
export function blockAround({ file, line, column }: Place, holding: RegExp): string | undefined {
  const lines = sourceLines(file);
  const source = lines?.join('\n') ?? '';
  if (lines === undefined || source.length > longest || lines.length < line) return undefined;
  const code = source.replaceAll(noCode, text => text.replaceAll(/[^\n]/g, ' '));
  const before = lines.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0);
  let [from, to] = [before + column - 1, before + column - 1];
  while (from >= 0) {
    from = openedBefore(code, from);
    to = closedAfter(code, to);
    const block = code.slice(Math.max(0, from), to);
    if (holding.test(block)) return block;
  }
  return undefined;
}

/** The start of the block around a place; -1 outside all blocks. */
function openedBefore(code: string, place: number): number {
  let depth = 0;
  for (let at = place - 1; at >= 0; at -= 1) {
    if (code[at] === '}') depth += 1;
    else if (code[at] === '{' && depth === 0) return at;
    else if (code[at] === '{') depth -= 1;
  }
  return -1;
}

/** The position after the end of the block around a place. */
function closedAfter(code: string, place: number): number {
  let depth = 0;
  for (let at = place; at < code.length; at += 1) {
    if (code[at] === '{') depth += 1;
    else if (code[at] === '}' && depth === 0) return at + 1;
    else if (code[at] === '}') depth -= 1;
  }
  return code.length;
}

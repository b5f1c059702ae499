import { sourceLines } from './code-frame.ts';
import type { Place } from './place.ts';

/** A bundle is no source that anybody reads. */
const longest = 500_000;

const noCode = /\/\*[\s\S]*?\*\/|\/\/[^\n]*|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\[\s\S]|[^`\\])*`/g;

/**
 * The code around a place, without comments and strings: the smallest block that holds what is asked for, or the whole file.
 * It knows of braces only, which is enough for a doubt and not for a charge.
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

/** Where the block begins that a place stands in; -1 outside of all. */
function openedBefore(code: string, place: number): number {
  let depth = 0;
  for (let at = place - 1; at >= 0; at -= 1) {
    if (code[at] === '}') depth += 1;
    else if (code[at] === '{' && depth === 0) return at;
    else if (code[at] === '{') depth -= 1;
  }
  return -1;
}

/** Behind the end of the block that a place stands in. */
function closedAfter(code: string, place: number): number {
  let depth = 0;
  for (let at = place; at < code.length; at += 1) {
    if (code[at] === '{') depth += 1;
    else if (code[at] === '}' && depth === 0) return at + 1;
    else if (code[at] === '}') depth -= 1;
  }
  return code.length;
}

const pattern = /session-guard-allow\s+([\w-]+(?:\s*,\s*[\w-]+)*)\s+--\s*\S/;

/**
 * True if a line, or the one above it, says `// session-guard-allow rule-id -- reason` for a rule. Without a reason the comment
 * has no effect.
 * @param lines of the file; undefined if it cannot be read
 * @param line counts from 1
 */
export function isAllowedByComment(
  rule: string,
  lines: readonly string[] | undefined,
  line: number,
): boolean {
  return [lines?.[line - 1], lines?.[line - 2]].some(text => names(text, rule));
}

function names(text: string | undefined, rule: string): boolean {
  const match = text === undefined ? null : pattern.exec(text);
  return match?.[1]?.split(/\s*,\s*/).includes(rule) ?? false;
}

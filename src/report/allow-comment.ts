import { sourceLines } from './code-frame.ts';
import type { Place } from './place.ts';

const pattern = /session-guard-allow\s+([\w-]+(?:\s*,\s*[\w-]+)*)\s+--\s*\S/;

/** True if the line, or the one above it, says `// session-guard-allow rule-id -- reason`. Without a reason it does not count. */
export function isAllowedByComment(rule: string, place: Place): boolean {
  const lines = sourceLines(place.file);
  return [lines?.[place.line - 1], lines?.[place.line - 2]].some(line => allows(line, rule));
}

function allows(line: string | undefined, rule: string): boolean {
  const match = line === undefined ? null : pattern.exec(line);
  return match?.[1]?.split(/\s*,\s*/).includes(rule) ?? false;
}

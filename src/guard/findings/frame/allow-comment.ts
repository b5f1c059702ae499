const pattern = /session-guard-allow\s+([\w-]+(?:\s*,\s*[\w-]+)*)\s+--\s*\S/;

/**
 * True if a line says `// session-guard-allow rule-id -- reason` for a rule. Without a reason the comment has no effect.
 */
export function allows(line: string | undefined, rule: string): boolean {
  const match = line === undefined ? null : pattern.exec(line);
  return match?.[1]?.split(/\s*,\s*/).includes(rule) ?? false;
}

import { describe, expect, test } from 'vitest';
import { type Alarm, lint, listed } from './lint.ts';

interface Offered {
  /** The program, and what stands in the place of what in the one that the suggestion makes of it. */
  readonly code: string;
  readonly changes: Readonly<Record<string, string>>;
  /** Alarms of the fixed program, where it has another fault. */
  readonly left?: readonly string[];
}

interface Cases {
  readonly rule: string;
  readonly says: string;
  readonly offered: Readonly<Record<string, Offered>>;
  /** Programs that the rule reports, without a suggestion. */
  readonly silent: Readonly<Record<string, string>>;
}

/** Tests a suggestion by the whole text that it gives, after which the fault is gone. */
export function testSuggestion({ rule, says, offered, silent }: Cases): void {
  describe.each([9, 10] as const)(`${rule}, ESLint %i`, version => {
    test.each(Object.entries(offered))('%s', (_title, { code, changes, left = [] }) => {
      const [alarm] = lint(code, { rule, version });
      expect(alarm?.suggestions.map(({ desc }) => desc)).toEqual([says]);
      const fixed = fixedBy(code, alarm);
      expect(fixed).toBe(changed(code, changes));
      const alarms = lint(fixed, { version });
      expect(
        alarms.map(one => one.rule),
        listed(alarms),
      ).toEqual(left);
    });

    test.each(Object.entries(silent))('no suggestion: %s', (_title, code) => {
      const alarms = lint(code, { rule, version });
      expect(alarms.length).toBeGreaterThan(0);
      expect(alarms.flatMap(({ suggestions }) => suggestions)).toEqual([]);
    });
  });
}

/** The program that the first suggestion of an alarm makes. */
export function fixedBy(code: string, alarm: Alarm | undefined): string {
  const [suggestion] = alarm?.suggestions ?? [];
  if (suggestion === undefined) throw new Error('Nothing is suggested.');
  const [from, to] = suggestion.fix.range;
  return code.slice(0, from) + suggestion.fix.text + code.slice(to);
}

function changed(code: string, changes: Readonly<Record<string, string>>): string {
  let text = code;
  for (const [from, to] of Object.entries(changes)) {
    expect(text.split(from), from).toHaveLength(2);
    text = text.replace(from, () => to);
  }
  return text;
}

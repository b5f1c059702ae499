import { describe, expect, test } from 'vitest';
import { codes, warningCodes } from '../../src/errors/codes.ts';
import type { Finding } from '../../src/index.ts';
import type { RuleId } from '../../src/guard/rules/engine/rule-id.ts';
import { rules } from '../../src/guard/rules/registry.ts';
import { SessionGuardWarning } from '../../src/guard/findings/sinks/console.ts';
import { readPage } from './support/blocks.ts';

const page = readPage('docs/errors.md');
const sections = page.split(/^### /m).slice(1);
const headings = sections.map(section => section.split('\n')[0] ?? '');

test('every error code has a section in `docs/errors.md`, and every such section a code', () => {
  const documented = headings.filter(heading => heading.startsWith('ERR_SESSION_GUARD_'));
  expect(documented.toSorted()).toEqual(Object.values(codes).toSorted());
});

test('every warning code has a section in `docs/errors.md`, and every such section a code', () => {
  const documented = headings.filter(heading => !heading.startsWith('ERR_'));
  expect(documented.toSorted()).toEqual(Object.values(warningCodes).toSorted());
});

test('no code is used twice', () => {
  const all = [...Object.values(codes), ...Object.values(warningCodes)];
  expect(new Set(all).size).toBe(all.length);
});

describe.each(headings.map((heading, index) => ({ heading, text: sections[index] ?? '' })))(
  '$heading',
  ({ text }) => {
    test.each(['What happened', 'Why', 'What to do'])('says: %s', part => {
      expect(text).toContain(`**${part}.**`);
    });
  },
);

test('the warning code of every rule stands in the table of `docs/errors.md`, with its page, and no other', () => {
  const rows = [...page.matchAll(/^\| `(SESSION_GUARD_\w+)` \| \[([\w-]+)\]\(rules\/([\w-]+)\.md\) \|$/gm)];
  const documented = rows.map(([, code, id, file]) => `${code} ${id} ${file}`);
  const actual = rules.map(({ meta }) => `${codeOf(meta.id)} ${meta.id} ${meta.id}`);
  expect(documented).toEqual(actual);
});

function codeOf(id: string): string {
  const finding: Finding = {
    rule: id as RuleId,
    category: 'correctness',
    severity: 'warn',
    messageId: 'any',
    message: 'any',
    fix: 'any',
    data: {},
    docs: 'any',
    at: 0,
    count: 1,
  };
  return new SessionGuardWarning(finding).code;
}

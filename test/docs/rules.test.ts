import { describe, expect, test } from 'vitest';
import { textRuleIds } from '../../src/guard/rules/engine/rule-id.ts';
import { rules } from '../../src/guard/rules/registry.ts';
import { ownReplicaSet } from '../real/support/own-server.ts';
import { standaloneUri } from '../setup/servers.ts';
import { type Block, headingsOf, markedLines, pagesIn, programsOf, readPage } from './support/blocks.ts';
import { listed } from './support/heard.ts';
import { linesOf, type Outcome, runBlock } from './support/run-block.ts';

/** Some programs set fail points. */
const uri = ownReplicaSet();

const required = ['## Incorrect', '## Correct', '## What the guard does', '## When not to use it'];

const pages = pagesIn('docs/rules').filter(page => page !== 'docs/rules/README.md');

const pagesOfText = textRuleIds.map(id => `docs/rules/${id}.md`);

test('every rule has a page, and every page a rule', () => {
  expect(pages.toSorted()).toEqual([...rules.map(({ meta }) => meta.docs), ...pagesOfText].toSorted());
  for (const { meta } of rules) expect(meta.docs).toBe(`docs/rules/${meta.id}.md`);
});

test('the map has every rule with its category, in the order of the registry', () => {
  const rows = [...readPage('docs/rules/README.md').matchAll(/^\| \[([\w-]+)\]\((.+)\) \| (\w+) \|/gm)];
  const rowsOfTable = rows.map(([, id, file, category]) => ({ id, docs: `docs/rules/${file}`, category }));
  expect(rowsOfTable).toEqual(rules.map(({ meta: { id, docs, category } }) => ({ id, docs, category })));
});

describe.each(rules.map(({ meta }) => meta))('$docs', meta => {
  const programs = programsOf(meta.docs);
  const incorrect = programs.filter(({ heading }) => heading === 'Incorrect');
  const correct = programs.filter(({ heading }) => heading === 'Correct');

  test('has the required headings in their order, and programs under the first two', () => {
    expect(headingsOf(meta.docs)).toEqual(required);
    expect(incorrect.length).toBeGreaterThan(0);
    expect(correct.length).toBeGreaterThan(0);
    expect(programs).toHaveLength(incorrect.length + correct.length);
  });

  test('names its options with their defaults', () => {
    const page = readPage(meta.docs);
    const rows = [...page.matchAll(/^\| `(\w+)` \| (\d+) \|/gm)];
    expect(Object.fromEntries(rows.map(([, name, value]) => [name, Number(value)]))).toEqual(meta.defaults);
    expect(page.includes('- **Options:** none.')).toBe(rows.length === 0);
  });

  test.each(incorrect)(
    'Incorrect at line $line gives findings of this rule at the marked lines',
    async block => {
      const { findings } = await run(block, true);
      expect(
        findings.map(({ rule }) => rule),
        listed(findings),
      ).toEqual(findings.map(() => meta.id));
      expect(linesOf(findings), listed(findings)).toEqual(markedLines(block.code));
      expect(findings.length).toBeGreaterThan(0);
    },
  );

  describe.each([
    { how: 'protected', protect: true },
    { how: 'only observed', protect: false },
  ])('$how', ({ protect }) => {
    test.each(correct)('Correct at line $line gives nothing at all', async block => {
      const { findings, unhandled, warnings, rejected } = await run(block, protect);
      expect(findings, listed(findings)).toEqual([]);
      expect(unhandled).toEqual([]);
      expect(warnings).toEqual([]);
      expect(rejected?.error).toBeUndefined();
    });
  });
});

describe.each(pagesOfText)('%s, of a rule that only the lint plugin has', page => {
  const programs = programsOf(page);

  test('has the required headings in their order, a row in the map, and programs under the first two', () => {
    expect(headingsOf(page)).toEqual(required);
    const headings = new Set(programs.map(({ heading }) => heading));
    expect([...headings]).toEqual(['Incorrect', 'Correct']);
    expect(readPage('docs/rules/README.md')).toContain(`](${page.replace('docs/rules/', '')})`);
  });

  test.each(programs)('its program at line $line runs, and gives no finding at run time', async block => {
    const { findings, unhandled, rejected } = await run(block, true);
    expect(findings, listed(findings)).toEqual([]);
    expect(unhandled).toEqual([]);
    expect(rejected?.error).toBeUndefined();
  });
});

function run(block: Block, protect: boolean): Promise<Outcome> {
  const server = block.flags.includes('standalone') ? standaloneUri() : uri();
  return runBlock(block, { server, protect });
}

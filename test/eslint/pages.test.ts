import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import plugin from '../../src/eslint/index.ts';
import { ruleIds, textRuleIds } from '../../src/guard/rules/engine/rule-id.ts';
import { markedLines, pagesIn, programsOf, readPage } from '../docs/support/blocks.ts';
import { lint as lintWith, listed } from './support/lint.ts';
import { typescript } from './support/typescript.ts';

const lint = (code: string) => lintWith(code, typescript);

const pages = pagesIn('docs/rules').filter(page => page !== 'docs/rules/README.md');
const programs = pages.flatMap(programsOf);

test('every rule has the id of a rule at run time, or is one of the text alone, and has the address of its page', () => {
  expect([...ruleIds, ...textRuleIds]).toEqual(expect.arrayContaining(Object.keys(plugin.rules)));
  for (const [id, { meta }] of Object.entries(plugin.rules))
    expect(meta?.docs?.url).toMatch(new RegExp(`docs/rules/${id}\\.md$`));
});

describe('the Correct programs of the rule pages', () => {
  const correct = programs.filter(({ heading }) => heading === 'Correct');

  test.each(correct)('$page:$line gives nothing', ({ code }) => {
    const alarms = lint(code);
    expect(alarms, listed(alarms)).toEqual([]);
  });
});

/** Which of the Incorrect programs are named by their own rule. The others can only be seen at run time, or with what a page leaves out. */
const named: Readonly<Record<string, readonly number[]>> = {
  'client-closed-in-use': [2],
  'client-per-request': [1],
  'commit-forgotten': [1],
  'config-max-idle-time': [1, 2],
  'config-pool-size': [1, 2],
  'config-read-preference': [1, 2],
  'config-retry-writes': [1],
  'config-server-selection': [1, 2],
  'config-socket-timeout': [1],
  'config-wait-queue': [1],
  'config-write-concern': [1, 2],
  'hidden-transient-error': [1],
  'manual-end-in-helper': [1, 2, 3],
  'nested-transaction': [2, 3],
  'outside-transaction': [2, 3, 4, 5],
  'parallel-in-transaction': [1, 2],
  'parallel-writes': [1, 2],
  'session-leak': [1, 2],
  'swallowed-error': [1, 2, 3],
  'transaction-state': [1, 2],
  'unawaited-operation': [1, 2, 3],
  'unrepeatable-effect': [1, 2],
  'unsupported-in-transaction': [1, 2],
  'use-after-end': [2],
};

describe('the Incorrect programs of the rule pages', () => {
  test.each(pages)('%s', page => {
    const id = page.replace(/^.*\/|\.md$/g, '');
    const incorrect = programs.filter(program => program.page === page && program.heading === 'Incorrect');
    const found = incorrect.flatMap(({ code }, index) => {
      const own = lint(code).filter(({ rule }) => rule === id);
      // A named line is one that the page marks, or the line where the session was started.
      if (own.length > 0) expect(markedLines(code).length).toBeGreaterThan(0);
      return own.length > 0 ? [index + 1] : [];
    });
    expect(found).toEqual(named[id] ?? []);
  });
});

describe('the programs of `test/real/correct`, which look wrong and are right', () => {
  test.each(readdirSync('test/real/correct'))('%s gives nothing', file => {
    const alarms = lint(readFileSync(`test/real/correct/${file}`, 'utf8'));
    expect(alarms, listed(alarms)).toEqual([]);
  });
});

/** The mistakes whose lines this plugin cannot see: what they do wrong depends on other files, or on time. */
const unseen = new Set([
  'connection-per-request',
  'lambda-reuse',
  'pool-exhaustion',
  'shared-global-session',
]);

describe('the mistakes of `examples/mistakes`', () => {
  test.each(readdirSync('examples/mistakes').filter(name => !name.includes('.')))('%s', name => {
    const alarms = lint(readFileSync(`examples/mistakes/${name}/mistake.mjs`, 'utf8'));
    expect(alarms.length > 0, listed(alarms)).toBe(!unseen.has(name));
    const right = lint(readFileSync(`examples/mistakes/${name}/correct.mjs`, 'utf8'));
    expect(right, listed(right)).toEqual([]);
  });
});

test('the page about the plugin says of every rule whether it sees anything at edit time', () => {
  const rows = [
    ...readPage('docs/eslint.md').matchAll(/^\| \[([\w-]+)\]\(rules\/[\w-]+\.md\) \| (.+) \| .+ \|$/gm),
  ];
  expect(rows.map(([, id]) => id)).toEqual([...ruleIds, ...textRuleIds]);
  expect(rows.filter(([row]) => row.endsWith('| edit time only |')).map(([, id]) => id)).toEqual([
    ...textRuleIds,
  ]);
  const seen = rows.filter(([, , what]) => what !== '–').map(([, id]) => id);
  expect(new Set(seen)).toEqual(new Set(Object.keys(plugin.rules)));
});

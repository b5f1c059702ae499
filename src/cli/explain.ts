import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { styleText } from 'node:util';
import { packageFolder } from '../errors/package-folder.ts';
import { nearestOf } from '../platform/options/nearest-name.ts';
import { ruleIds, textRuleIds } from '../guard/rules/engine/rule-id.ts';
import { hasColors } from './terminal.ts';
import { parseCommand, UsageError } from './usage-error.ts';

/** `session-guard explain <rule>`: prints the page of a rule. */
export async function explain(args: readonly string[]): Promise<number> {
  const { positionals } = parseCommand({ args, allowPositionals: true, options: {} });
  const [rule, ...more] = positionals;
  if (rule === undefined || more.length > 0) throw new UsageError('it takes the id of one rule.');
  const ids: readonly string[] = [...ruleIds, ...textRuleIds];
  if (!ids.includes(rule)) {
    const meant = nearestOf(rule, ids);
    const hint = meant === undefined ? `The rules: ${ids.join(', ')}.` : `Did you mean ${meant}?`;
    throw new UsageError(`there is no rule '${rule}'. ${hint}`);
  }
  const page = readFileSync(join(packageFolder()?.root ?? '.', 'docs', 'rules', `${rule}.md`), 'utf8');
  process.stdout.write(hasColors(process.stdout) ? withColors(page) : page);
  return 0;
}

/** Headings and code stand out; the rest of Markdown reads well as it is. */
function withColors(page: string): string {
  let inCode = false;
  return page
    .split('\n')
    .map(line => {
      if (line.startsWith('```')) inCode = !inCode;
      if (inCode || line.startsWith('```')) return styleText(line.includes('// ←') ? 'red' : 'cyan', line);
      return line.startsWith('#') ? styleText('bold', line) : line;
    })
    .join('\n');
}

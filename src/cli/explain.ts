import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { styleText } from 'node:util';
import { packageFolder } from '../errors/package-folder.ts';
import { nearestOf } from '../platform/options/nearest-name.ts';
import { ruleIds, textRuleIds } from '../guard/rules/engine/rule-id.ts';
import { hasColors } from '../guard/findings/colors.ts';
import { parseCommand, UsageError } from './usage-error.ts';

const ids: readonly string[] = [...ruleIds, ...textRuleIds];

/** `session-guard explain <rule>`: prints the page of a rule. */
export async function explain(args: readonly string[]): Promise<number> {
  const { positionals } = parseCommand({ args, allowPositionals: true, options: {} });
  const [rule, ...more] = positionals;
  if (rule === undefined || more.length > 0) throw new UsageError('it takes the id of one rule.');
  if (!ids.includes(rule)) throw new UsageError(`there is no rule '${rule}'. ${hintFor(rule)}`);
  const page = readFileSync(join(packageFolder()?.root ?? '.', 'docs', 'rules', `${rule}.md`), 'utf8');
  process.stdout.write(hasColors(process.stdout) ? withColors(page) : page);
  return 0;
}

function hintFor(rule: string): string {
  const nearest = nearestOf(rule, ids);
  const alike = nearest === undefined ? ids.filter(id => id.includes(rule)) : [nearest];
  return alike.length === 0 ? `The rules: ${ids.join(', ')}.` : `Did you mean ${alike.join(' or ')}?`;
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

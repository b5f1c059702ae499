import { rules as allRules } from '../../src/guard/rules/registry.ts';
import type { Finding, RuleSettings, RulesOption } from '../../src/index.ts';

/** What these rules say of an operation or a transaction that is slow may be the fault of a machine that has other work. */
const patience = {
  'long-transaction': ['warn', { warnAfterMS: 600_000 }],
  'pool-exhausted': ['warn', { waitMS: 600_000 }],
  'retry-storm': ['warn', { afterMS: 600_000 }],
} as const satisfies RuleSettings;

/** The rules of a test that is not about slowness. What it says of a rule itself comes first. */
export function patientRules(rules: RulesOption = 'recommended'): RulesOption {
  if (rules === 'off') return rules;
  if (typeof rules === 'string') return [rules, patience];
  if (!isPair(rules)) return { ...patience, ...rules };
  const [preset, settings] = rules;
  return [preset, { ...patience, ...settings }];
}

function isPair(rules: Exclude<RulesOption, string>): rules is Extract<RulesOption, readonly unknown[]> {
  return Array.isArray(rules);
}

/** For findings of clients that have the rules of the process. */
export function isOfSlowness({ rule }: Finding): boolean {
  return rule in patience;
}

/**
 * For programs that set no rules: other defaults, but for the rule that this page is about.
 * @returns what sets them back
 */
export function patientBut(page: string): () => void {
  const others = allRules.map(({ meta }) => meta).filter(({ id, docs }) => id in patience && docs !== page);
  const usual = others.map(({ defaults }) => ({ ...defaults }));
  for (const { id, defaults } of others) Object.assign(defaults, patience[id as keyof typeof patience][1]);
  return () => {
    for (const [at, { defaults }] of others.entries()) Object.assign(defaults, usual[at]);
  };
}

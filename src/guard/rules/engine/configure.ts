import { codes } from '../../../errors/codes.ts';
import { invalidOption, SessionGuardError } from '../../../errors/errors.ts';
import { knownOptions, shown } from '../../../platform/options/check-options.ts';
import type { OptionsOf } from './options-by-rule.ts';
import type { Rule, RuleOptions, Severity, RuleMeta } from './rule.ts';
import type { RuleId } from './rule-id.ts';

/**
 * `recommended`: findings are reported, nothing is refused. `strict`: a `correctness` finding rejects the faulty call (for
 * tests). `off`: no findings; protection stays on.
 */
export type Preset = 'recommended' | 'strict' | 'off';

export const presets: { readonly [P in Preset]: (meta: RuleMeta) => Severity } = {
  recommended: meta => meta.recommended,
  strict: meta => (meta.category === 'correctness' ? 'error' : meta.recommended),
  off: () => 'off',
};

/** A severity, or a severity with options of the rule: `['warn', { warnAfterMS: 30_000 }]`. */
export type RuleSetting<Id extends RuleId = RuleId> = Severity | readonly [Severity, OptionsOf<Id>];

/** By the id of the rule. */
export type RuleSettings = { readonly [Id in RuleId]?: RuleSetting<Id> | undefined };

/** A preset; or settings by rule id, on top of `recommended`; or `[preset, settings]`. */
export type RulesOption = Preset | RuleSettings | readonly [Preset, RuleSettings];

export interface ConfiguredRule {
  readonly rule: Rule;
  readonly severity: Severity;
  readonly options: RuleOptions;
}

const severities: ReadonlySet<Severity> = new Set(['off', 'warn', 'error']);

/**
 * @param call the call that got the option; the message of an error begins with it
 * @throws SessionGuardError for a rule, severity, preset or rule option that does not exist.
 */
export function configureRules(
  all: readonly Rule[],
  option: RulesOption = 'recommended',
  call?: string,
): ConfiguredRule[] {
  try {
    return configureAll(all, option);
  } catch (error) {
    if (call === undefined || !(error instanceof SessionGuardError)) throw error;
    throw new SessionGuardError(error.code, `${call}: ${error.message}`, { docs: error.docs });
  }
}

function configureAll(all: readonly Rule[], option: RulesOption): ConfiguredRule[] {
  const [preset, settings] = partsOf(option);
  const base = presets[checkPreset(preset)];
  checkIds(all, Object.keys(settings));
  const byId: { readonly [id: string]: RuleSetting | undefined } = settings;
  return all.map(rule => configure(rule, base(rule.meta), byId[rule.meta.id]));
}

function partsOf(option: RulesOption): readonly [Preset, RuleSettings] {
  if (typeof option === 'string') return [option, {}];
  const [preset, settings] = isPair(option) ? option : (['recommended', option] as const);
  if (typeof settings === 'object' && settings !== null) return [preset, settings];
  throw invalidOption(
    `rules must be a preset or an object of settings by rule id, or ['strict', { … }] for both, not ${shown(settings)}.`,
  );
}

function isPair(option: RulesOption): option is readonly [Preset, RuleSettings] {
  return Array.isArray(option);
}

function configure(rule: Rule, base: Severity, setting: RuleSetting | undefined): ConfiguredRule {
  if (setting === undefined) return { rule, severity: base, options: rule.meta.defaults };
  const [severity, options] = typeof setting === 'string' ? [setting, {}] : setting;
  if (!severities.has(severity)) {
    throw invalidOption(`rules['${rule.meta.id}'] must be 'off', 'warn' or 'error', not ${shown(severity)}.`);
  }
  return { rule, severity, options: { ...rule.meta.defaults, ...checkRuleOptions(rule, options ?? {}) } };
}

function checkRuleOptions({ meta }: Rule, options: object): RuleOptions {
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  knownOptions(Object.fromEntries(given), `rules['${meta.id}']`, Object.keys(meta.defaults));
  for (const [name, value] of given)
    if (typeof value !== 'number' || !(value >= 0))
      throw invalidOption(`rules['${meta.id}'].${name} must be a number of 0 or more, not ${shown(value)}.`);
  return Object.fromEntries(given);
}

function checkPreset(preset: unknown): Preset {
  if (preset === 'recommended' || preset === 'strict' || preset === 'off') return preset;
  throw invalidOption(`rules: the presets are 'recommended', 'strict' and 'off', not ${shown(preset)}.`);
}

function checkIds(all: readonly Rule[], ids: readonly string[]): void {
  const known = all.map(rule => rule.meta.id);
  const unknown = ids.find(id => !known.includes(id));
  if (unknown === undefined) return;
  throw new SessionGuardError(
    codes.unknownRule,
    `There is no rule '${unknown}'. The rules: ${known.join(', ')}.`,
  );
}

import { codes } from '../errors/codes.ts';
import { invalidOption, SessionGuardError } from '../errors/errors.ts';
import { type Preset, presets } from '../rules/presets.ts';
import type { Rule, RuleOptions, Severity } from '../rules/rule.ts';
import type { RuleId } from '../rules/rule-id.ts';

export type RuleSetting = Severity | readonly [Severity, RuleOptions];

export type RuleSettings = { readonly [id in RuleId]?: RuleSetting | undefined };

/** A preset; or settings by rule id, on top of `recommended`; or `[preset, settings]`. */
export type RulesOption = Preset | RuleSettings | readonly [Preset, RuleSettings];

export interface ConfiguredRule {
  readonly rule: Rule;
  readonly severity: Severity;
  readonly options: RuleOptions;
}

const severities: ReadonlySet<Severity> = new Set(['off', 'warn', 'error']);

/**
 * @param call what the option was given to; the message of an error begins with it
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
  throw invalidOption(`rules must be a preset or an object of settings by rule id, not ${show(settings)}.`);
}

function isPair(option: RulesOption): option is readonly [Preset, RuleSettings] {
  return Array.isArray(option);
}

function configure(rule: Rule, base: Severity, setting: RuleSetting | undefined): ConfiguredRule {
  if (setting === undefined) return { rule, severity: base, options: rule.meta.defaults };
  const [severity, options] = typeof setting === 'string' ? [setting, {}] : setting;
  if (!severities.has(severity)) {
    throw invalidOption(`rules['${rule.meta.id}'] must be 'off', 'warn' or 'error', not ${show(severity)}.`);
  }
  return { rule, severity, options: { ...rule.meta.defaults, ...checkOptions(rule, options ?? {}) } };
}

function checkOptions({ meta }: Rule, options: RuleOptions): RuleOptions {
  for (const [name, value] of Object.entries(options)) {
    if (!(name in meta.defaults)) {
      const known = Object.keys(meta.defaults).join(', ') || 'none';
      throw invalidOption(`rules['${meta.id}'] has no option '${name}'. Its options: ${known}.`);
    }
    if (typeof value !== 'number' || !(value >= 0)) {
      throw invalidOption(`rules['${meta.id}'].${name} must be a number of 0 or more, not ${show(value)}.`);
    }
  }
  return options;
}

function checkPreset(preset: unknown): Preset {
  if (preset === 'recommended' || preset === 'strict' || preset === 'off') return preset;
  throw invalidOption(`rules: the presets are 'recommended', 'strict' and 'off', not ${show(preset)}.`);
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

function show(value: unknown): string {
  return typeof value === 'string' ? `'${value}'` : String(value);
}

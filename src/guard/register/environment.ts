import { warningCodes } from '../../errors/codes.ts';
import { invalidOption } from '../../errors/errors.ts';
import { notice } from '../../platform/notices.ts';
import { nearestOf } from '../../platform/options/nearest-name.ts';
import { configureRules, type RulesOption } from '../rules/engine/configure.ts';
import { observing } from '../runtime/client/client-guard.ts';
import { shared } from '../runtime/process/shared-state.ts';
import { rules } from '../rules/registry.ts';

/** The preload's settings from environment variables. */
export interface Environment {
  /** `SESSION_GUARD`: `observe` reports, `protect` also protects, `off` does nothing. */
  readonly mode: 'off' | 'observe' | 'protect';
  /** `SESSION_GUARD_RULES`: JSON, as the option `rules`; a preset may stand there without quotes. */
  readonly rules: RulesOption | undefined;
  /** `SESSION_GUARD_TRACE`: the file that events are appended to; `%p` in its name becomes the process's number. */
  readonly trace: string | undefined;
  /** `SESSION_GUARD_TRACE_MB`: how large that file may become, in MiB, before a new one is begun. */
  readonly traceMB: number;
  /** `SESSION_GUARD_REPORT`: how findings are printed on stderr. */
  readonly report: 'text' | 'json';
  /** `SESSION_GUARD_EXIT=1`: a process with findings ends with exit code 1. */
  readonly exitOnFindings: boolean;
}

type Variables = Readonly<Record<string, string | undefined>>;

const names = ['RULES', 'TRACE', 'TRACE_MB', 'REPORT', 'EXIT'].map(name => `SESSION_GUARD_${name}`);

/** Variables of the scripts in this package's repository. */
const others: ReadonlySet<string> = new Set(['SESSION_GUARD_CACHE', 'SESSION_GUARD_CLOSING_LINE']);

/**
 * An unknown variable with our prefix gets a warning.
 * @throws SessionGuardError that names the variable and what it takes: a misspelt setting must not look as if it were on
 */
export function readEnvironment(variables: Variables): Environment {
  checkNames(variables);
  return {
    mode: oneOf(variables, 'SESSION_GUARD', ['observe', 'protect', 'off']),
    rules: rulesOf(variables),
    trace: textOf(variables, 'SESSION_GUARD_TRACE'),
    traceMB: sizeOf(variables, 'SESSION_GUARD_TRACE_MB', 512),
    report: oneOf(variables, 'SESSION_GUARD_REPORT', ['text', 'json']),
    exitOnFindings: oneOf(variables, 'SESSION_GUARD_EXIT', ['0', '1']) === '1',
  };
}

/** Variables that Kubernetes sets in every container for a service named `session-guard`, and Docker for a link. */
const ofService =
  /^SESSION_GUARD_(?:(?:SERVICE_(?:HOST|PORT)|PORT|NAME|ENV)(?:_|$)|[A-Z0-9_]*_(?:SERVICE|PORT)_)/;

/** An unknown variable may belong to another program, so the program continues. */
function checkNames(variables: Variables): void {
  for (const name of Object.keys(variables)) {
    if (!name.startsWith('SESSION_GUARD_') || names.includes(name) || others.has(name)) continue;
    if (ofService.test(name)) continue;
    const meant = nearestOf(name, names);
    notice(
      warningCodes.unknownVariable,
      `There is no variable ${name}${meant === undefined ? '.' : `; did you mean ${meant}?`} The variables: SESSION_GUARD, ${names.join(', ')}.`,
    );
  }
}

/** An empty variable counts as none: that is how shells and compose files unset one. */
function textOf(variables: Variables, name: string): string | undefined {
  const text = variables[name]?.trim();
  return text === '' ? undefined : text;
}

function sizeOf(variables: Variables, name: string, standard: number): number {
  const text = textOf(variables, name);
  if (text === undefined) return standard;
  if (!/^\d{1,6}$/.test(text) || Number(text) === 0)
    throw invalidOption(`${name} must be a whole number of MiB, 1 or more, not '${text}'.`);
  return Number(text);
}

/** The first choice is the default. */
function oneOf<const T extends string>(variables: Variables, name: string, choices: readonly [T, ...T[]]): T {
  const text = textOf(variables, name);
  if (text === undefined) return choices[0];
  const found = choices.find(choice => choice === text);
  if (found === undefined)
    throw invalidOption(
      `${name} must be ${choices.slice(0, -1).join(', ')} or ${choices.at(-1)}, not '${text}'.`,
    );
  return found;
}

function rulesOf(variables: Variables): RulesOption | undefined {
  const text = textOf(variables, 'SESSION_GUARD_RULES');
  if (text === undefined) return undefined;
  const json = /^[a-z]+$/.test(text) ? JSON.stringify(text) : text;
  try {
    return JSON.parse(json);
  } catch {
    throw invalidOption(
      `SESSION_GUARD_RULES must be JSON, such as {"session-leak":"off"}, or a preset, not '${text}'.`,
    );
  }
}

/**
 * Settings for clients without a manager.
 * @throws SessionGuardError for a rule, severity or rule option that does not exist
 */
export function applySettings({ mode, rules: chosen, report }: Environment): void {
  shared.unmanaged.rules = configureRules(rules, chosen, 'SESSION_GUARD_RULES');
  shared.unmanaged.settings = { ...observing, protect: mode === 'protect' };
  shared.output.warnings = report === 'text';
}

import { Linter } from 'eslint';
import { Linter as Linter9 } from 'eslint9';
import plugin from '../../../src/eslint/index.ts';

export interface Alarm {
  readonly rule: string;
  readonly line: number;
  readonly message: string;
  readonly suggestions: readonly {
    readonly desc: string;
    readonly fix: { readonly range: readonly [number, number]; readonly text: string };
  }[];
}

interface LintOptions {
  readonly rule?: string;
  readonly version?: 9 | 10;
  /** `withTypes` of `typed.ts`, where a program is TypeScript. */
  readonly language?: Linter.LanguageOptions;
  readonly file?: string;
}

/** The alarms of all rules, also of those that `recommended` leaves out; or of one rule. */
export function lint(code: string, options: LintOptions = {}): Alarm[] {
  const { rule, version = 10, language = {} } = options;
  const file = options.file ?? 'program.js';
  const ids = rule === undefined ? Object.keys(plugin.rules) : [rule];
  const config: Linter.Config = {
    files: ['**/*.js', '**/*.ts'],
    plugins: { 'session-guard': plugin },
    languageOptions: language,
    rules: Object.fromEntries(ids.map(id => [`session-guard/${id}`, 'error'])),
  };
  // The types of ESLint 9 are those of another package; its configurations have the same form.
  const messages =
    version === 10 ? new Linter().verify(code, [config], file) : new Linter9().verify(code, [config], file);
  const broken = messages.find(({ ruleId }) => ruleId === null);
  if (broken !== undefined) throw new Error(`${broken.line}: ${broken.message}`);
  return messages.map(({ ruleId, line, message, suggestions = [] }) => ({
    rule: String(ruleId).replace('session-guard/', ''),
    line,
    message,
    suggestions,
  }));
}

/** For the message of an assertion: every alarm in one line. */
export function listed(alarms: readonly Alarm[]): string {
  return alarms.map(({ rule, line, message }) => `${line} ${rule}: ${message}`).join('\n');
}

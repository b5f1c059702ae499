import type { Linter, Rule } from 'eslint';
import { rules } from './registry.ts';

/** The rules of session-guard at edit time, for ESLint 9 and 10, and for Oxlint as a JavaScript plugin. */
interface SessionGuardPlugin {
  readonly meta: { readonly name: string; readonly version: string };
  /** By the ids of the rules at run time. */
  readonly rules: Record<string, Rule.RuleModule>;
  readonly configs: {
    /** The rules that can be sure from the text alone, as warnings of the plugin `session-guard`. */
    readonly recommended: Linter.Config;
    /** All rules as errors, also those that name what is only probably a fault. */
    readonly all: Linter.Config;
  };
}

/** Right in most programs, but not in all: an error without its cause may be meant. */
const doubtful = new Set(['hidden-transient-error']);

const name = 'session-guard';
const ids = Object.keys(rules);

function severities(severity: 'warn' | 'error', chosen: readonly string[]): Linter.RulesRecord {
  return Object.fromEntries(chosen.map(id => [`${name}/${id}`, severity]));
}

const plugin: SessionGuardPlugin = {
  meta: { name, version: '0.1.0' },
  // The types of two packages for the same thing: each knows the nodes of its own parser.
  rules: rules as unknown as Record<string, Rule.RuleModule>,
  configs: {
    recommended: {
      name: `${name}/recommended`,
      plugins: {},
      rules: {
        ...severities(
          'warn',
          ids.filter(id => !doubtful.has(id)),
        ),
        // A request may be one that is made twice on purpose; a mail is not.
        [`${name}/unrepeatable-effect`]: ['warn', { only: 'mail' }],
      },
    },
    all: { name: `${name}/all`, plugins: {}, rules: severities('error', ids) },
  },
};

for (const config of Object.values(plugin.configs)) Object.assign(config.plugins ?? {}, { [name]: plugin });

export default plugin;

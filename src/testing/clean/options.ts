import { invalidOption } from '../../errors/errors.ts';
import { knownOptions } from '../../platform/options/check-options.ts';
import type { RulesOption } from '../../guard/rules/engine/configure.ts';
import { type RuleId, ruleIds } from '../../guard/rules/engine/rule-id.ts';
import { isHooks, type TestHooks } from './hooks/hooks.ts';

export interface ExpectCleanOptions {
  /**
   * The rules for clients without a manager, like `rules` of a `ConnectionManager`; a manager's client uses the rules of its
   * manager.
   * @default 'recommended'
   */
  readonly rules?: RulesOption | undefined;
  /**
   * Ids of rules whose findings fail no test, from any client.
   * @default []
   */
  readonly allow?: readonly RuleId[] | undefined;
  /**
   * The hooks of the test runner, such as `import * as hooks from 'node:test'`.
   * @default the global hooks, otherwise those of vitest or node:test
   */
  readonly hooks?: TestHooks | undefined;
}

/** @throws SessionGuardError for an option that does not exist or has an invalid value */
export function checkExpectCleanOptions(options: ExpectCleanOptions): void {
  knownOptions(options, 'expectClean', ['rules', 'allow', 'hooks']);
  checkAllowed(options.allow ?? []);
  if (options.hooks !== undefined && !isHooks(options.hooks))
    throw invalidOption(
      "The option 'hooks' of expectClean needs beforeEach and afterEach of your test runner.",
    );
}

function checkAllowed(allow: readonly RuleId[]): void {
  if (!Array.isArray(allow))
    throw invalidOption("The option 'allow' of expectClean must be an array of rule ids.");
  const unknown = allow.find(id => !ruleIds.includes(id));
  if (unknown !== undefined)
    throw invalidOption(
      `The option 'allow' of expectClean: there is no rule '${unknown}'. The rules: ${ruleIds.join(', ')}.`,
    );
}

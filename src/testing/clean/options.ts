import { invalidArgument, invalidOption } from '../../errors/errors.ts';
import type { RulesOption } from '../../policy/configure.ts';
import { type RuleId, ruleIds } from '../../rules/rule-id.ts';
import { isHooks, type TestHooks } from './hooks.ts';

export interface ExpectCleanOptions {
  /**
   * The rules for clients without a manager, as `rules` of a `ConnectionManager`; a manager's client has those of its manager.
   * @default 'recommended'
   */
  readonly rules?: RulesOption | undefined;
  /**
   * Ids of rules whose findings fail nothing, whatever client they come from.
   * @default []
   */
  readonly allow?: readonly RuleId[] | undefined;
  /**
   * The hooks of the test runner, such as `import * as hooks from 'node:test'`.
   * @default those that are global, else those of vitest or node:test
   */
  readonly hooks?: TestHooks | undefined;
}

const names: ReadonlySet<string> = new Set(['rules', 'allow', 'hooks']);

/** @throws SessionGuardError for an option that does not exist or has a value that it cannot have */
export function checkOptions(options: ExpectCleanOptions): void {
  if (typeof options !== 'object' || options === null)
    throw invalidArgument('expectClean takes an object of options.');
  const unknown = Object.keys(options).find(name => !names.has(name));
  if (unknown !== undefined)
    throw invalidOption(`expectClean has no option '${unknown}'. Its options: ${[...names].join(', ')}.`);
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

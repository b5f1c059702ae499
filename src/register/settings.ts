import { observing } from '../guard/settings.ts';
import { shared } from '../guard/shared-state.ts';
import { configureRules } from '../policy/configure.ts';
import { rules } from '../rules/registry.ts';
import type { Environment } from './environment.ts';

/**
 * What clients without a manager live by.
 * @throws SessionGuardError for a rule, severity or rule option that does not exist
 */
export function applySettings({ mode, rules: chosen, report }: Environment): void {
  shared.unmanaged.rules = configureRules(rules, chosen, 'SESSION_GUARD_RULES');
  shared.unmanaged.settings = { ...observing, protect: mode === 'protect' };
  shared.output.warnings = report === 'text';
}

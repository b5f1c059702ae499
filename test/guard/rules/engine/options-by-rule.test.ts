import { expect, test } from 'vitest';
import type { OptionNames } from '../../../../src/guard/rules/engine/options-by-rule.ts';
import { rules } from '../../../../src/guard/rules/registry.ts';

/** Does not compile where an option is missing here, or is not in the type. */
const typed: { readonly [Id in keyof OptionNames]: Readonly<Record<OptionNames[Id], true>> } = {
  'client-per-request': { maxClients: true, withinMS: true },
  'commit-forgotten': { transactions: true },
  'config-max-idle-time': { minMS: true, churnMS: true },
  'config-pool-size': { minConnections: true },
  'config-server-selection': { minMS: true, maxMS: true },
  'config-socket-timeout': { minMS: true },
  'config-wait-queue': { minConnections: true },
  'long-transaction': { warnAfterMS: true },
  'pool-exhausted': { waitMS: true },
  'retry-storm': { attempts: true, afterMS: true },
  'session-leak': { warnAfterMS: true, maxOpen: true, idleMS: true },
  'unretried-transaction': { withinMS: true },
};

function names(options: object): string[] {
  return Object.keys(options).toSorted();
}

test('The types know the options of each rule, and no others.', () => {
  const real = rules.filter(({ meta }) => Object.keys(meta.defaults).length > 0);
  expect(Object.entries(typed).map(([id, options]) => [id, names(options)])).toEqual(
    real
      .map(({ meta }) => [meta.id, names(meta.defaults)])
      .toSorted(([a], [b]) => (String(a) < String(b) ? -1 : 1)),
  );
});

import type { RuleId } from './rule-id.ts';

/**
 * The names of the options of each rule that has options. All are numbers, with the unit in the name; their defaults and
 * meaning are on the page of the rule.
 */
export interface OptionNames {
  'client-per-request': 'maxClients' | 'withinMS';
  'commit-forgotten': 'transactions';
  'config-max-idle-time': 'minMS' | 'churnMS';
  'config-pool-size': 'minConnections';
  'config-server-selection': 'minMS' | 'maxMS';
  'config-socket-timeout': 'minMS';
  'config-wait-queue': 'minConnections';
  'long-transaction': 'warnAfterMS';
  'pool-exhausted': 'waitMS';
  'retry-storm': 'attempts' | 'afterMS';
  'session-leak': 'warnAfterMS' | 'maxOpen' | 'idleMS';
  'unretried-transaction': 'withinMS';
}

/** The options of one rule: `OptionsOf<'session-leak'>`. A rule without options takes `{}`. */
export type OptionsOf<Id extends RuleId> = Id extends keyof OptionNames
  ? Readonly<Partial<Record<OptionNames[Id], number | undefined>>>
  : Readonly<Record<string, never>>;

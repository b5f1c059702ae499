import type { CheckpointListOptions } from '@langchain/langgraph-checkpoint';
import type { RunnableConfig } from '@langchain/core/runnables';
import { aName, readConfig, type Whereabouts } from '../keys/read-config.ts';
import { byCodePoint } from '../writes/in-order.ts';

/** What `list` is asked for. */
export interface Wanted extends Whereabouts {
  /** Only older ones. */
  readonly before: string | undefined;
  readonly limit: number;
  readonly filter: Readonly<Record<string, unknown>> | undefined;
}

/** @throws SessionGuardError ERR_SESSION_GUARD_CHECKPOINT_CONFIG */
export function wantedBy(config: RunnableConfig, options: CheckpointListOptions = {}): Wanted {
  const before = aName('before.checkpoint_id', options.before?.configurable?.['checkpoint_id'], {
    mayBeEmpty: true,
  });
  return {
    ...readConfig(config),
    before: before === '' ? undefined : before,
    limit: options.limit ?? Number.POSITIVE_INFINITY,
    filter: options.filter,
  };
}

/** Whether a checkpoint has the right id, as far as that tells. */
export function isWanted(id: string, wanted: Pick<Wanted, 'id' | 'before'>): boolean {
  if (wanted.id !== undefined && id !== wanted.id) return false;
  return wanted.before === undefined || byCodePoint(id, wanted.before) < 0;
}

import type { CheckpointListOptions } from '@langchain/langgraph-checkpoint';
import type { RunnableConfig } from '@langchain/core/runnables';
import type { Bundled } from '../checkpoints/bundled.ts';
import type { Place } from '../keys/partition.ts';
import { aName, readConfig, type Whereabouts } from '../keys/read-config.ts';
import { byCodePoint } from '../items/in-order.ts';
import { isDeepStrictEqual } from 'node:util';

/** The arguments of `list`. */
export interface ListQuery extends Whereabouts {
  /** Only older ones. */
  readonly before: string | undefined;
  readonly limit: number;
  readonly filter: Readonly<Record<string, unknown>> | undefined;
}

/** A checkpoint that was found. */
export interface FoundCheckpoint {
  readonly place: Place;
  readonly bundled: Bundled;
}

/** @throws SessionGuardError ERR_SESSION_GUARD_CHECKPOINT_CONFIG */
export function listQueryOf(config: RunnableConfig, options: CheckpointListOptions = {}): ListQuery {
  const id: unknown = options.before?.configurable?.['checkpoint_id'];
  const before = aName('before.checkpoint_id', id ?? undefined, { mayBeEmpty: true });
  return {
    ...readConfig(config),
    before: before === '' ? undefined : before,
    limit: options.limit ?? Number.POSITIVE_INFINITY,
    filter: options.filter,
  };
}

/** True if the id of a checkpoint matches. */
export function isWanted(id: string, wanted: Pick<ListQuery, 'id' | 'before'>): boolean {
  if (wanted.id !== undefined && id !== wanted.id) return false;
  return wanted.before === undefined || byCodePoint(id, wanted.before) < 0;
}

/** True if the metadata has all entries of the filter. */
export function matches(metadata: object, filter: Readonly<Record<string, unknown>>): boolean {
  return Object.entries(filter).every(([name, value]) =>
    isDeepStrictEqual(Reflect.get(metadata, name), value),
  );
}

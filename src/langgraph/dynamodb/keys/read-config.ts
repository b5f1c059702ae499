import type { RunnableConfig } from '@langchain/core/runnables';
import { badConfig } from '../errors.ts';
import type { Place } from './partition.ts';

/** The place to read or write, from a config. */
export interface Whereabouts {
  /** undefined if the config has none. */
  readonly thread: string | undefined;
  /** undefined if the config has none: mostly the root namespace, `''`. */
  readonly ns: string | undefined;
  /** undefined if the config has none, or an empty one: mostly the latest. */
  readonly id: string | undefined;
}

/**
 * A namespace or an id of null is none: a config may come as JSON.
 * @throws SessionGuardError ERR_SESSION_GUARD_CHECKPOINT_CONFIG for a value that cannot be a key
 */
export function readConfig(config: RunnableConfig): Whereabouts {
  const {
    thread_id: thread,
    checkpoint_ns: ns,
    checkpoint_id: id,
    thread_ts: old,
  } = config.configurable ?? {};
  return {
    thread: aName('thread_id', thread, { mayBeEmpty: false }),
    ns: aName('checkpoint_ns', ns ?? undefined, { mayBeEmpty: true }),
    id: aName('checkpoint_id', (id || old) ?? undefined, { mayBeEmpty: true }) || undefined,
  };
}

/** @throws SessionGuardError ERR_SESSION_GUARD_CHECKPOINT_CONFIG if there is no thread */
export function placeOf({ thread, ns = '' }: Whereabouts, doing: string): Place {
  if (thread === undefined)
    throw badConfig(
      `${doing} needs a thread: give the graph a config such as { configurable: { thread_id: 'a text' } }.`,
    );
  return { thread, ns };
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

const unpairedSurrogate = /\p{Surrogate}/u;

/** @throws SessionGuardError ERR_SESSION_GUARD_CHECKPOINT_CONFIG */
export function aName(
  name: string,
  value: unknown,
  { mayBeEmpty }: { readonly mayBeEmpty: boolean },
): string | undefined {
  if (value === undefined) return undefined;
  if (typeof value !== 'string') throw badConfig(`${name} must be a text, not ${kindOf(value)}.`);
  if (value === '' && !mayBeEmpty)
    throw badConfig(`${name} must not be empty: two conversations would share it.`);
  if (unpairedSurrogate.test(value))
    throw badConfig(
      `${name} has half of a surrogate pair, which DynamoDB cannot keep: two names would become one.`,
    );
  return value;
}

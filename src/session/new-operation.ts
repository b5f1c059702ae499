import { clock } from './clock.ts';
import type { Operation } from './events.ts';
import { nextId } from './ids.ts';

export type NewOperation = Omit<Operation, 'id' | 'at' | 'quiet'>;

/** An operation that begins now, in one shape for all that are no single command of a session. */
export function newOperation({ command, kind, namespace, site, inTransaction }: NewOperation): Operation {
  return {
    id: nextId('operation'),
    command,
    kind,
    namespace,
    at: clock.now(),
    site,
    inTransaction,
    quiet: false,
  };
}

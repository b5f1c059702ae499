import { sameKey } from '../backend/session-key.ts';
import type { Task } from '../calls/calls.ts';
import { destroy } from './destroy.ts';
import type { Listed } from './list.ts';
import type { Parts } from './parts.ts';

/**
 * Ends a session of a list: the session first, then what leads to it, so that a call that fails half-way finds it again when
 * it is made once more.
 * @returns whether it was alive
 */
export async function endListed(parts: Parts, { key, header }: Listed, task?: Task): Promise<boolean> {
  const itself = !sameKey(key, header) && (await destroy(parts, header, task));
  const rest = await destroy(parts, key, task);
  return itself || rest;
}

import type { HelperRun } from '../../guard/helper-run.ts';
import type { Site } from '../../session/events.ts';
import { isLoopCalledByCallback } from '../proof/callback-frames.ts';

/**
 * Where the outer transaction started, if its callback is awaiting this one. Work that the outer callback left to itself is
 * not inside.
 */
export function awaitedBy(
  helper: HelperRun | undefined,
  below: (...args: never[]) => unknown,
): Site | undefined {
  const outer = helper?.outer;
  if (helper === undefined || outer === undefined || outer.attempt.over) return undefined;
  return isLoopCalledByCallback(helper, below) ? (outer.site ?? {}) : undefined;
}

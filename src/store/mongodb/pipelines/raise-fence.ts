import type { NewFence } from '../../backend/fence.ts';
import { literal, now } from './expressions.ts';

/** The fence as it is from now on, whatever it was. */
export function raiseFencePipeline({ generation, except, lifeMS }: NewFence): object[] {
  const raised = {
    g: literal(generation),
    c: now,
    e: { $add: [now, literal(lifeMS)] },
    ...(except !== undefined && { h: literal(except) }),
  };
  return except === undefined ? [{ $set: raised }, { $unset: 'h' }] : [{ $set: raised }];
}

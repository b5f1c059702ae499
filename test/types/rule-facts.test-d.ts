import { expectTypeOf, it } from 'vitest';
import type { FactOf } from '../../src/guard/rules/engine/facts.ts';

it('lets a handler name only the facts that are computed for its events', () => {
  expectTypeOf<'failed'>().toExtend<FactOf<'operation.settled'>>();
  expectTypeOf<'long idle'>().toExtend<FactOf<'operation.requested'>>();
  expectTypeOf<'long idle'>().not.toExtend<FactOf<'operation.settled'>>();
  expectTypeOf<FactOf<'clock.ticked'>>().toBeNever();
});

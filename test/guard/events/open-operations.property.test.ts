import { array, assert, constant, nat, oneof, property } from 'fast-check';
import { expect, test } from 'vitest';
import { OpenOperations } from '../../../src/guard/events/open-operations.ts';
import { newOperation } from '../../../src/guard/events/operation.ts';
import type { Operation } from '../../../src/guard/events/events.ts';

const begun = () =>
  newOperation({
    command: 'find',
    kind: 'read',
    namespace: 'shop.orders',
    site: undefined,
    inTransaction: false,
  });

/** `add`, or the end of one of the operations so far, which may be over already. */
const steps = array(oneof(constant('add' as const), nat()), { maxLength: 60 });

test('operations that begin and end in any order are held as in a map, in the order of their starts', () => {
  assert(
    property(steps, program => {
      const all: Operation[] = [];
      const model = new Map<number, Operation>();
      const open = new OpenOperations();
      for (const step of program) {
        if (step === 'add') {
          const operation = begun();
          all.push(operation);
          model.set(operation.id, operation);
          open.add(operation);
        } else if (all.length > 0) {
          const id = all[step % all.length]?.id ?? Number.NaN;
          const known = model.get(id);
          expect(open.get(id)).toBe(known);
          expect(open.has(id)).toBe(known !== undefined);
          expect(open.remove(id)).toBe(known);
          model.delete(id);
        }
        expect(open.size).toBe(model.size);
        expect(open.values()).toEqual([...model.values()]);
      }
    }),
  );
});

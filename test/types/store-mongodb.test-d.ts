import type { Collection, ObjectId } from 'mongodb';
import type { Collection as Collection6 } from 'mongodb6';
import { describe, expectTypeOf, it } from 'vitest';
import type { SessionBackend } from '../../src/store/index.ts';
import { mongoBackend } from '../../src/store/mongodb/index.ts';

interface Item {
  readonly _id: ObjectId;
  readonly n: number;
}

declare const seven: Collection;
declare const six: Collection6;
declare const typed: Collection<Item>;

describe('mongoBackend', () => {
  it('takes a collection of either driver, whatever its documents are', () => {
    expectTypeOf(mongoBackend(seven)).toEqualTypeOf<SessionBackend>();
    expectTypeOf(mongoBackend(six, { strictReads: true })).toEqualTypeOf<SessionBackend>();
    expectTypeOf(mongoBackend(typed)).toEqualTypeOf<SessionBackend>();
  });

  it('refuses options that cannot work', () => {
    // @ts-expect-error the name of a collection is none
    void mongoBackend('sessions');
    // @ts-expect-error no such option
    void mongoBackend(seven, { readPreference: 'secondary' });
  });
});

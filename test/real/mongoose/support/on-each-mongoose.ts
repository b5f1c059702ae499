import { describe, test } from 'vitest';
import { type MongooseCopy, mongooses } from './mongooses.ts';

/** A test on mongoose 9 and on mongoose 8. */
export function onEachMongoose(
  title: string,
  run: (copy: MongooseCopy) => Promise<void>,
  timeoutMS?: number,
): void {
  describe.each(mongooses)('$name', copy => {
    test(title, () => run(copy), timeoutMS);
  });
}

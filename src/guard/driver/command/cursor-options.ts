import type { DriverCursor } from '../copies/driver-types.ts';

/** The options that the user has given to the `find` or `aggregate` of a cursor, for the driver's own reading. */
export function optionsGivenTo(cursor: DriverCursor): readonly unknown[] {
  const { findOptions, aggregateOptions } = cursor;
  if (findOptions !== undefined || aggregateOptions !== undefined) return [findOptions, aggregateOptions];
  // Up to 6.7 they are under private symbols of the driver.
  return Object.getOwnPropertySymbols(cursor)
    .filter(({ description }) => description === 'builtOptions' || description === 'options')
    .map((symbol): unknown => Reflect.get(cursor, symbol));
}

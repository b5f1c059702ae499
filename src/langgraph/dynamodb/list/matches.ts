import { isDeepStrictEqual } from 'node:util';

/** Whether the metadata has all that the filter has. */
export function matches(metadata: object, filter: Readonly<Record<string, unknown>>): boolean {
  return Object.entries(filter).every(([name, value]) =>
    isDeepStrictEqual(Reflect.get(metadata, name), value),
  );
}

import type { SchemaInside } from '../mongoose-types.ts';

const position = /^\d+$/;

/**
 * How many parts of a path the schema declares. The rest are keys that come from the program's data: of a map, of a value of
 * any shape, or of a field that a schema without `strict` accepts. The position in an array counts as declared.
 */
export function declaredParts(schema: SchemaInside | undefined, parts: readonly string[]): number {
  for (let count = parts.length; count > 0; count -= 1) {
    const type = typeOf(schema, parts.slice(0, count).join('.'));
    if (type === undefined) continue;
    const [next, ...rest] = parts.slice(count);
    if (type.$isMongooseArray !== true || next === undefined || !position.test(next)) return count;
    return count + 1 + declaredParts(type.schema, rest);
  }
  return 0;
}

function typeOf({ paths = {}, singleNestedPaths = {} }: SchemaInside = {}, path: string) {
  if (Object.hasOwn(paths, path)) return paths[path];
  return Object.hasOwn(singleNestedPaths, path) ? singleNestedPaths[path] : undefined;
}

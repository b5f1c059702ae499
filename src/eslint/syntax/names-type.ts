import { is, type Node } from './nodes.ts';
import { isDriver, type Source } from './source.ts';

/** `ClientSession`, `mongoose.ClientSession`, `ClientSession | undefined`: the type of the driver, not one of that name of another package. */
export function namesType(source: Source, type: Node | undefined, name: string): boolean {
  if (is(type, 'TSUnionType')) return type.types.some(one => namesType(source, one, name));
  if (!is(type, 'TSTypeReference')) return false;
  const { typeName } = type;
  if (is(typeName, 'TSQualifiedName'))
    return typeName.right.name === name && isOfDriver(source, typeName.left);
  return is(typeName, 'Identifier') && typeName.name === name && isOfDriver(source, typeName);
}

/** From the driver, mongoose, or a file of the program, which may hand it on; also a name that the file does not declare. */
function isOfDriver(source: Source, name: Node): boolean {
  const [definition] = source.variableOf(name)?.defs ?? [];
  if (definition === undefined) return true;
  if (!is(definition.parent, 'ImportDeclaration')) return false;
  const from = definition.parent.source.value;
  return isDriver(from) || /^(?:\.|~|#|@\/|[^/@][^/]*\/)/.test(from);
}

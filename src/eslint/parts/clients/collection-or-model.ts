import {
  awaited,
  bare,
  classAround,
  is,
  memberName,
  methodOf,
  type Node,
  propertyName,
} from '../../syntax/nodes.ts';
import { type Shown, shownBy, shownByPattern } from '../../syntax/properties.ts';
import { initOf, type Source, type Variable } from '../../syntax/source.ts';
import { namesType } from '../../syntax/names-type.ts';

export type Kind = 'collection' | 'model' | 'unknown';

const wrapped: Readonly<Record<string, Kind>> = { collection: 'collection', model: 'model' };

/** Is it a collection of the driver, or a model of mongoose? */
export function kindOf(source: Source, expression: Node): Kind {
  const node = awaited(expression);
  const type = source.typeName(node);
  if (type === 'Collection') return 'collection';
  if (type === 'Model') return 'model';
  if (is(node, 'CallExpression')) {
    const name = is(node.callee, 'Identifier') ? node.callee.name : methodOf(node);
    return wrapped[name ?? ''] ?? kindOfShown(source, shownBy(source, node));
  }
  const variable = source.variableOf(node);
  if (variable === undefined) {
    const declared = kindOfField(source, node);
    return declared === 'unknown' ? kindOfShown(source, shownBy(source, node)) : declared;
  }
  const init = initOf(variable);
  if (init !== undefined) return is(awaited(init), 'CallExpression') ? kindOf(source, init) : 'unknown';
  const declared = annotated(source, variable.defs[0]?.name);
  return declared === 'unknown' ? kindOfShown(source, shownByPattern(source, variable)) : declared;
}

/** A model of mongoose: by its type or how it is made, or a class of another file in a file that works with mongoose. */
export function isModel(source: Source, expression: Node): boolean {
  if (kindOf(source, expression) === 'model') return true;
  const variable = source.variableOf(awaited(expression));
  return variable !== undefined && isImportedModel(source, variable);
}

function kindOfShown(source: Source, shown: Shown | undefined): Kind {
  if (shown === undefined) return 'unknown';
  return source.memo('kind of property', shown.value, () => kindOf(source, shown.value)) ?? 'unknown';
}

function annotated(source: Source, name: Node | undefined): Kind {
  if (!is(name, 'Identifier')) return 'unknown';
  const type = name.typeAnnotation?.typeAnnotation;
  if (namesType(source, type, 'Collection')) return 'collection';
  return namesType(source, type, 'Model') ? 'model' : 'unknown';
}

/** `this.users`, a parameter of the constructor with a type: `private users: Model<User>`. */
export function kindOfField(source: Source, node: Node): Kind {
  if (!is(node, 'MemberExpression') || !is(node.object, 'ThisExpression')) return 'unknown';
  const field = propertyName(node);
  const at = classAround(node);
  if (at === undefined || field === undefined) return 'unknown';
  for (const member of at.body) {
    if (is(member, 'PropertyDefinition') && memberName(member) === field) {
      const type = member.typeAnnotation?.typeAnnotation;
      if (namesType(source, type, 'Model')) return 'model';
      if (namesType(source, type, 'Collection')) return 'collection';
    }
    if (!is(member, 'MethodDefinition') || member.kind !== 'constructor') continue;
    for (const param of member.value.params) {
      const name = is(param, 'TSParameterProperty') ? param.parameter : undefined;
      if (is(name, 'Identifier') && name.name === field) return annotated(source, name);
    }
  }
  return 'unknown';
}

/** Classes that are named after what they do for a model. */
const noModel = /(?:Service|Repository|Repo|Manager|Dao|Store|Factory|Controller|Helper|Client)s?$/;

/** A class of another file whose static methods are those of a model, in a file that works with mongoose. */
export function isImportedModel(source: Source, variable: Variable): boolean {
  const [definition] = variable.defs;
  const isImported = is(definition?.parent, 'ImportDeclaration') || isRequired(definition?.node);
  return isImported && /^[A-Z]/.test(variable.name) && !noModel.test(variable.name) && loadsMongoose(source);
}

function isRequired(node: Node | undefined): boolean {
  if (!is(node, 'VariableDeclarator') || node.init === null) return false;
  const call = bare(node.init);
  return is(call, 'CallExpression') && is(call.callee, 'Identifier') && call.callee.name === 'require';
}

function loadsMongoose({ text }: Source): boolean {
  return /['"](?:mongoose|@nestjs\/mongoose)['"]/.test(text);
}

import type { TSESTree } from '@typescript-eslint/utils';
import type { Suggestion } from '../parts/define-rule.ts';
import { sessionWorkOf } from '../parts/promises/session-work.ts';
import { isArray } from '../syntax/fate.ts';
import {
  type Call,
  functionAround,
  is,
  isFunction,
  isPromiseMethod,
  methodOf,
  type Node,
  parentOf,
  receiverOf,
  within,
} from '../syntax/nodes.ts';
import { readsOf, type Source, type Variable, writesOf } from '../syntax/source.ts';

type Arrow = TSESTree.ArrowFunctionExpression;

/** `await Promise.all(rows.map(async row => …));` as a statement of its own. */
interface Mapped {
  readonly statement: Node;
  readonly list: TSESTree.Identifier;
  readonly callback: Arrow;
  readonly item: TSESTree.Identifier;
}

/** The loop that does one after the other what `Promise.all` of a `map` begins at once, for a call in the callback of the `map`. */
export function loopInstead(source: Source, call: Call): readonly Suggestion[] {
  const mapped = mappedAround(source, call);
  if (mapped === undefined || !isSimple(source, mapped) || !isAwaitedAll(source, call, mapped)) return [];
  const { statement, list, callback, item } = mapped;
  const { body } = callback;
  const { code } = source;
  // A comment that stands beside the body would be lost.
  if (
    code
      .getCommentsInside(statement)
      .some(({ range }) => range[0] < body.range[0] || range[1] > body.range[1])
  )
    return [];
  const text = code.getText(body);
  const rounds = is(body, 'BlockStatement') ? text : `${is(body, 'AwaitExpression') ? '' : 'await '}${text};`;
  const loop = `for (const ${item.name} of ${list.name}) ${rounds}`;
  return [{ says: 'Do one after the other, in a loop.', fix: fixer => fixer.replaceText(statement, loop) }];
}

function mappedAround(source: Source, call: Call): Mapped | undefined {
  const callback = functionAround(call);
  if (!is(callback, 'ArrowFunctionExpression')) return undefined;
  const { parent: map } = callback;
  const all = map.parent ?? undefined;
  const statement = is(all?.parent, 'AwaitExpression') ? all.parent.parent : undefined;
  if (!is(map, 'CallExpression') || methodOf(map) !== 'map' || !hasOne(map)) return undefined;
  if (all === undefined || !isPromiseMethod(all, 'all') || !hasOne(all)) return undefined;
  const list = receiverOf(map);
  const [item, ...others] = callback.params;
  if (!is(statement, 'ExpressionStatement') || !is(list, 'Identifier') || map.optional) return undefined;
  if (!is(item, 'Identifier') || others.length > 0 || !isArray(source, map) || !isOwnPromise(source, all))
    return undefined;
  return { statement, list, callback, item };
}

function hasOne(call: Call): boolean {
  return call.arguments.length === 1 && !is(call.arguments[0], 'SpreadElement');
}

/** Not that of another library. */
function isOwnPromise(source: Source, all: Call): boolean {
  const name = receiverOf(all);
  return name !== undefined && (source.variableOf(name)?.defs.length ?? 0) === 0;
}

const leaving = [
  'ReturnStatement',
  'ContinueStatement',
  'BreakStatement',
  'FunctionDeclaration',
  'FunctionExpression',
  'ArrowFunctionExpression',
  'ClassDeclaration',
  'ClassExpression',
] as const;

/** The body means the same in a loop: it leaves nothing, keeps nothing for later, and changes neither the element nor the list. */
function isSimple(source: Source, { callback, item, list }: Mapped): boolean {
  const { body } = callback;
  const isLoop = is(body, 'BlockStatement') ? callback.async : is(body, 'AwaitExpression', 'CallExpression');
  if (!isLoop || item.typeAnnotation !== undefined || callback.returnType !== undefined) return false;
  const element = source.code.getDeclaredVariables?.(callback).find(({ name }) => name === item.name);
  if (element === undefined || writesOf(element).length > 0) return false;
  if (item.name === list.name || isUsedIn(source.variableOf(list), body)) return false;
  return source.below(body).every(node => !is(node, ...leaving) && !isVar(node) && !isCombinator(node));
}

function isUsedIn(variable: Variable | undefined, body: Node): boolean {
  return variable === undefined || readsOf(variable).some(read => within(read, body));
}

/** Its variable would be one of the function around the loop. */
function isVar(node: Node): boolean {
  return is(node, 'VariableDeclaration') && node.kind === 'var';
}

function isCombinator(node: Node): boolean {
  return isPromiseMethod(node, 'all', 'allSettled', 'race', 'any');
}

/** A loop waits only for what is awaited in it. */
function isAwaitedAll(source: Source, call: Call, { callback }: Mapped): boolean {
  const awaitable = sessionWorkOf(source).filter(work => within(work.call, callback));
  if (awaitable.every(work => work.call !== call)) return false;
  return awaitable.every(({ value }) => {
    const parent = parentOf(value);
    return is(parent, 'AwaitExpression') || (isFunction(parent) && parent === callback);
  });
}

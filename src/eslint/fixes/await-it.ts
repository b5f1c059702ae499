import type { TSESTree } from '@typescript-eslint/utils';
import type { Suggestion } from '../parts/define-rule.ts';
import { runnersOf } from '../parts/transactions/transactions.ts';
import { isAwaitedBy } from '../syntax/fate.ts';
import {
  bare,
  type Func,
  functionAround,
  is,
  isFunction,
  type Node,
  parentOf,
  within,
} from '../syntax/nodes.ts';
import type { Source } from '../syntax/source.ts';

/**
 * The `await` before a promise that is a statement of its own, or that is returned out of a `try` with a `finally`. Nothing where
 * the function `until`, which ends the session or the client, would still not wait for it.
 */
export function awaitIt(source: Source, value: Node, until: Func | undefined): readonly Suggestion[] {
  const parent = parentOf(value);
  const func = functionAround(value);
  if (is(parent, 'ReturnStatement')) return isReturnSafe(source, parent, func) ? [before(value)] : [];
  if (!is(parent, 'ExpressionStatement')) return [];
  if (func === undefined) return isModuleLevel(source, value) ? [before(value)] : [];
  if (isInStaticBlock(value)) return [];
  if (func.async) return isAwaitedBy(source, func, until) ? [before(value)] : [];
  return func === until && isCallbackInPlace(source, func) ? [asAsync(value, func)] : [];
}

function before(value: Node): Suggestion {
  return { says: 'Await it.', fix: fixer => fixer.insertTextBefore(value, 'await ') };
}

function asAsync(value: Node, func: Func): Suggestion {
  return {
    says: 'Make the callback async, and await it.',
    fix: fixer => [fixer.insertTextBefore(func, 'async '), fixer.insertTextBefore(value, 'await ')],
  };
}

/** The callback stands in the call of its runner, which waits for what it gives back; nobody else calls it. */
function isCallbackInPlace(source: Source, func: Func): boolean {
  if (func.generator || func.returnType !== undefined || is(func, 'FunctionDeclaration')) return false;
  // The function of a method has no place for the word in front of it.
  return runnersOf(source).some(
    ({ call, callback }) => callback === func && call.arguments.some(one => one === func),
  );
}

/** A `catch` of the same `try` gets the error only with the `await`: it must give that on. */
function isReturnSafe(source: Source, statement: TSESTree.ReturnStatement, func: Func | undefined): boolean {
  const { argument } = statement;
  if (func === undefined || !func.async || func.generator || argument === null) return false;
  // The type annotation of a promise would be wrong for its awaited value.
  if (bare(argument) !== argument && !is(argument, 'ChainExpression')) return false;
  for (let at = parentOf(statement); at !== undefined && at !== func; at = parentOf(at)) {
    if (!is(at, 'TryStatement') || !within(statement, at.block) || at.handler === null) continue;
    if (!givesOn(source, at.handler.body)) return false;
  }
  return true;
}

function givesOn(source: Source, handler: TSESTree.BlockStatement): boolean {
  return is(handler.body.at(-1), 'ThrowStatement') && !source.directlyBelow(handler).some(leaves);
}

function leaves(node: Node): boolean {
  return is(node, 'ReturnStatement', 'BreakStatement', 'ContinueStatement');
}

/** ESLint takes every `.js` file for a module: only an `import` or `export` shows that it is one. */
function isModuleLevel(source: Source, value: Node): boolean {
  const isModule = source.code.ast.body.some(node =>
    is(node, 'ImportDeclaration', 'ExportNamedDeclaration', 'ExportDefaultDeclaration'),
  );
  return isModule && !isInStaticBlock(value);
}

/** `await` may not stand there, whatever is around the class. */
function isInStaticBlock(value: Node): boolean {
  for (let at = parentOf(value); at !== undefined && !isFunction(at); at = parentOf(at))
    if (is(at, 'StaticBlock')) return true;
  return false;
}

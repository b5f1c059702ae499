import type { TSESTree } from '@typescript-eslint/utils';
import {
  bare,
  type Call,
  functionAround,
  is,
  isBefore,
  isFunction,
  methodOf,
  type Node,
  outermost,
  parentOf,
  within,
} from '../../syntax/nodes.ts';
import { leaves } from '../../syntax/order.ts';
import { callsOf, readsOf, type Source, writesOf } from '../../syntax/source.ts';
import type { Catcher } from './catches.ts';
import { isRunner, type Runner } from './transactions.ts';

/** A write whose error a handler has caught. */
interface Caught {
  /** The write, with all that is called on it. */
  readonly value: Node;
  readonly catcher: Catcher;
  readonly transaction: Runner | Call;
}

/** Does the program learn of a caught error in another way: by a result that it reads, a variable, or a way that it does not go? */
export function isHeeded(source: Source, { value, catcher, transaction }: Caught): boolean {
  const clause = parentOf(catcher.body);
  const attempt = is(clause, 'CatchClause') ? parentOf(clause) : undefined;
  const committing = isRunner(transaction) ? transaction.callback : undefined;
  if (!is(attempt, 'TryStatement')) return isUsed(source, value, committing);
  if (committing === undefined && leaves(catcher.body)) return true;
  if (leaves(attempt.block) && isStoppedAfter(source, attempt)) return true;
  return isSetForLater(source, attempt, value) || isResultUsed(source, attempt, committing);
}

/** `const isStored = await orders.insertOne(…).catch(() => false)`; what the callback of a runner gives back does not stop the commit. */
function isUsed(source: Source, value: Node, committing: Node | undefined): boolean {
  const promise = parentOf(value);
  const whole = is(promise, 'AwaitExpression') ? outermost(promise) : value;
  const parent = parentOf(whole);
  if (parent === undefined || is(parent, 'ExpressionStatement')) return false;
  if (is(parent, 'ReturnStatement') || isFunction(parent)) {
    const func = functionAround(whole);
    return func !== committing && isAnyCallUsed(source, func, committing);
  }
  const variable = is(parent, 'VariableDeclarator') ? source.variableOf(parent.id) : undefined;
  return variable === undefined || readsOf(variable).length > 0;
}

/** A call of another file may use the result. */
function isAnyCallUsed(source: Source, func: Node | undefined, committing: Node | undefined): boolean {
  const calls = isFunction(func) ? callsOf(source, func) : [];
  return calls.length === 0 || calls.some(call => isUsed(source, call, committing));
}

/** The function of the `try` gives back how it went. */
function isResultUsed(source: Source, attempt: TSESTree.TryStatement, committing: Node | undefined): boolean {
  const func = functionAround(attempt);
  const gives = source
    .directlyBelow(attempt)
    .some(one => is(one, 'ReturnStatement') && one.argument !== null);
  return gives && func !== committing && isAnyCallUsed(source, func, committing);
}

/** The `try` leaves, so that what follows is only run after an error: it throws, or aborts. */
function isStoppedAfter(source: Source, attempt: TSESTree.TryStatement): boolean {
  return source
    .directlyBelow(functionAround(attempt) ?? source.code.ast)
    .some(
      one =>
        isBefore(attempt, one) && (is(one, 'ThrowStatement') || methodOf(bare(one)) === 'abortTransaction'),
    );
}

/** A variable from outside of the `try` is set by the write or after it, and read behind the `try`. */
function isSetForLater(source: Source, attempt: TSESTree.TryStatement, write: Node): boolean {
  return source.directlyBelow(attempt.block).some(one => {
    const target = is(one, 'AssignmentExpression')
      ? one.left
      : is(one, 'UpdateExpression')
        ? one.argument
        : one;
    if (target === one || isBefore(one, write)) return false;
    const variable = source.variableOf(target);
    if (variable === undefined || !writesOf(variable).some(({ identifier }) => identifier === target))
      return false;
    return readsOf(variable).some(read => isBefore(attempt, read) && !within(read, attempt));
  });
}

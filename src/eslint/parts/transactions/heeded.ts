import type { TSESTree } from '@typescript-eslint/utils';
import {
  bare,
  type Call,
  type Func,
  functionAround,
  is,
  isBefore,
  isFunction,
  isPromiseMethod,
  methodOf,
  type Node,
  outermost,
  parentOf,
  within,
} from '../../syntax/nodes.ts';
import { leaves } from '../../syntax/order.ts';
import { callsOf, readsOf, type Source } from '../../syntax/source.ts';
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
  const results = new Results(source, committing);
  if (!is(attempt, 'TryStatement')) return results.isUsed(value);
  if (committing === undefined && leavesFunction(source, catcher.body)) return true;
  if (leaves(attempt.block) && isStoppedAfter(source, attempt)) return true;
  return isSetForLater(source, { attempt, value, committing }) || results.isGivenBack(attempt);
}

/** Which results the program reads. */
class Results {
  readonly #source: Source;
  /** What the callback of a runner gives back does not stop the commit. */
  readonly #committing: Node | undefined;
  /** A function may call itself. */
  readonly #asked = new Set<Node>();

  constructor(source: Source, committing: Node | undefined) {
    this.#source = source;
    this.#committing = committing;
  }

  /** `const isStored = await orders.insertOne(…).catch(() => false)` */
  isUsed(value: Node): boolean {
    const promise = parentOf(value);
    const whole = is(promise, 'AwaitExpression') ? outermost(promise) : value;
    const parent = parentOf(whole);
    if (parent === undefined || is(parent, 'ExpressionStatement')) return false;
    if (is(parent, 'ReturnStatement') || isFunction(parent)) return this.#isResultUsed(functionAround(whole));
    const variable = is(parent, 'VariableDeclarator') ? this.#source.variableOf(parent.id) : undefined;
    return variable === undefined || readsOf(variable).length > 0;
  }

  /** The function of the `try` gives back how it went. */
  isGivenBack(attempt: TSESTree.TryStatement): boolean {
    const gives = this.#source
      .directlyBelow(attempt)
      .some(one => is(one, 'ReturnStatement') && one.argument !== null);
    return gives && this.#isResultUsed(functionAround(attempt));
  }

  #isResultUsed(func: Func | undefined): boolean {
    if (func === this.#committing || (func !== undefined && this.#asked.has(func))) return false;
    if (func === undefined) return true;
    this.#asked.add(func);
    const calls = callsOf(this.#source, func);
    if (calls.length > 0) return calls.some(call => this.isUsed(call));
    const taker = takerOf(func);
    // A call of another file may use the result.
    return taker === undefined || this.isUsed(taker);
  }
}

/** `rows.map(async row => …)`, and `Promise.all` around it: what becomes of the results is seen there. */
function takerOf(func: Func): Node | undefined {
  const call = parentOf(func);
  if (!is(call, 'CallExpression') || call.callee === func) return undefined;
  const all = parentOf(call);
  return isPromiseMethod(all ?? call, 'all', 'allSettled') ? all : call;
}

/** By a `return` or an error; the next round of a loop may still lead to the commit. */
function leavesFunction(source: Source, handler: Node): boolean {
  const goesOn = source.directlyBelow(handler).some(one => is(one, 'ContinueStatement', 'BreakStatement'));
  return !goesOn && leaves(handler);
}

/** The `try` leaves, so that what follows is only run after an error: it throws, or aborts. */
function isStoppedAfter(source: Source, attempt: TSESTree.TryStatement): boolean {
  for (let at: Node | undefined = attempt; at !== undefined && !isFunction(at); at = parentOf(at)) {
    const block = parentOf(at);
    if (is(block, 'BlockStatement') && block.body.some(one => isBefore(attempt, one) && stops(source, one)))
      return true;
  }
  return false;
}

function stops(source: Source, statement: Node): boolean {
  if (is(statement, 'ThrowStatement')) return true;
  if (!is(statement, 'ExpressionStatement')) return false;
  return source.directlyBelow(statement).some(one => methodOf(bare(one)) === 'abortTransaction');
}

interface Attempt {
  readonly attempt: TSESTree.TryStatement;
  readonly value: Node;
  readonly committing: Node | undefined;
}

/**
 * A variable from outside of the `try` is set by the write or after it, and decides something behind the `try`. A number that
 * only counts what went well decides nothing, and neither does what is given back after the commit.
 */
function isSetForLater(source: Source, { attempt, value, committing }: Attempt): boolean {
  const func = functionAround(attempt);
  const isHelper = committing !== undefined && func !== committing;
  const decides = (read: Node) =>
    isBefore(attempt, read) &&
    !within(read, attempt) &&
    (isHelper || ((committing === undefined || within(read, committing)) && !isGivenBackBy(read, func)));
  return source.directlyBelow(attempt.block).some(one => {
    if (!is(one, 'AssignmentExpression') || one.operator !== '=' || isBefore(one, value)) return false;
    const variable = source.variableOf(one.left);
    return variable !== undefined && readsOf(variable).some(decides);
  });
}

function isGivenBackBy(read: Node, func: Func | undefined): boolean {
  for (let at = parentOf(read); at !== undefined && at !== func; at = parentOf(at))
    if (is(at, 'ReturnStatement')) return functionAround(at) === func;
  return false;
}

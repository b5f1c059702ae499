import { is, isBefore, isFunction, type Node, parentOf, within } from './nodes.ts';

/**
 * Has `first` always run when `second` runs? True only if it stands before, in the same function, and in no branch, loop or
 * handler that `second` is not in as well; and if what follows `first` leaves its block, `second` must stand in a `finally` of it.
 */
export function hasAlwaysRun(first: Node, second: Node): boolean {
  if (!isBefore(first, second)) return false;
  const isInFinally = finallyBlocksAround(first).some(block => within(second, block));
  for (let at = first.parent; at !== undefined && at !== null; at = at.parent) {
    if (within(second, at)) return !isOnOtherWay(first, second, at) && !isSkippable(first, second, at);
    if (isBranch(at) || isFunction(at) || (!isInFinally && leavesAfter(first, at))) return false;
    if (is(at, 'LogicalExpression', 'ConditionalExpression') && !within(first, partAlwaysRun(at)))
      return false;
  }
  return false;
}

function isBranch(node: Node): boolean {
  return is(
    node,
    'IfStatement',
    'CatchClause',
    'SwitchCase',
    'ForStatement',
    'ForOfStatement',
    'ForInStatement',
    'WhileStatement',
  );
}

/** In two branches of one condition, or in a `try` and its handler: an error before the first, or of the first itself, leads there. */
function isOnOtherWay(first: Node, second: Node, node: Node): boolean {
  if (is(node, 'IfStatement', 'ConditionalExpression')) return !within(first, node.test);
  if (!is(node, 'TryStatement') || node.handler === null) return false;
  return within(first, node.block) && within(second, node.handler);
}

/** What comes after the block is run on other ways alone. */
function leavesAfter(first: Node, node: Node): boolean {
  return is(node, 'BlockStatement') && node.body.some(one => isBefore(first, one) && leaves(one));
}

/** Does a statement always go away: by a return, an error, or the next round of a loop? */
export function leaves(statement: Node): boolean {
  if (is(statement, 'ReturnStatement', 'ThrowStatement', 'ContinueStatement', 'BreakStatement')) return true;
  if (is(statement, 'IfStatement'))
    return statement.alternate !== null && leaves(statement.consequent) && leaves(statement.alternate);
  return is(statement, 'BlockStatement') && statement.body.some(leaves);
}

function partAlwaysRun(node: Node): Node {
  if (is(node, 'LogicalExpression')) return node.left;
  return is(node, 'ConditionalExpression') ? node.test : node;
}

/** Both in one function, but the second in a function inside it: that runs at a time that is not seen. */
function isSkippable(first: Node, second: Node, func: Node): boolean {
  if (!isFunction(func)) return false;
  for (let at = parentOf(second); at !== undefined && at !== func; at = parentOf(at))
    if (isFunction(at) && !within(first, at)) return true;
  return false;
}

/** The innermost function or the file around two nodes is the same. */
export function sharesFunction(one: Node, two: Node): boolean {
  return homeOf(one) === homeOf(two);
}

function homeOf(node: Node): Node | undefined {
  for (let at = node.parent; at !== undefined && at !== null; at = at.parent)
    if (isFunction(at) || is(at, 'Program')) return at;
  return undefined;
}

/** The `try` statements around a node whose `finally` runs after it, as far as the function. */
export function finallyBlocksAround(node: Node): readonly Node[] {
  const blocks: Node[] = [];
  for (let at = node.parent; at !== undefined && at !== null && !isFunction(at); at = at.parent)
    if (is(at, 'TryStatement') && at.finalizer !== null && !within(node, at.finalizer))
      blocks.push(at.finalizer);
  return blocks;
}

import { sessionLeak as twin } from '../../../guard/rules/session/session-leak.ts';
import { defineRule } from '../../parts/define-rule.ts';
import { endInFinally } from '../../fixes/end-in-finally.ts';
import { methods } from '../../syntax/methods.ts';
import {
  bare,
  type Call,
  chainOf,
  type Func,
  functionAround,
  is,
  isBefore,
  isFunction,
  isInLoop,
  methodOf,
  type Node,
  parentOf,
  within,
} from '../../syntax/nodes.ts';
import { finallyBlocksAround } from '../../syntax/order.ts';
import { callsOn, isKept, type Session, sessionOf } from '../../parts/sessions/sessions.ts';
import { callsOf, mentionsOf, readsOf, type Source, type Variable, writesOf } from '../../syntax/source.ts';
import { isOnTheWay } from '../../parts/transactions/transactions.ts';

const { fix } = twin.meta.messages.idle;

/** A function starts a session and does not end it on every way out. */
export const sessionLeak = defineRule(
  {
    ...twin.meta,
    messages: {
      never: { says: 'Apparent session leak: the session is started here, and nothing ends it.', fix },
      early: {
        says: 'Apparent session leak: the {exit} at line {line} leaves without ending the session.',
        fix,
      },
      error: { says: 'Apparent session leak: after an error the session is not ended.', fix },
    },
  },
  (source, report) => {
    for (const session of startedSessions(source)) {
      const { call, variable } = session;
      if (call === undefined || variable === undefined || isKept(session) || leaves(source, variable))
        continue;
      const ends = endsOf(source, session, variable);
      if (ends.length === 0 && !isLongLived(source, session))
        report({ node: call, messageId: 'never', suggest: endInFinally(source, session) });
      const early = exitsOf(source, session, ends).find(exit => isOpenAt(exit, call, ends, variable));
      if (early !== undefined && ends.length > 0)
        report({ node: call, messageId: 'early', data: { exit: nameOf(early), line: early.loc.start.line } });
      else if (ends.length > 0 && isOpenAfterError(source, call, ends))
        report({ node: call, messageId: 'error', suggest: endInFinally(source, session) });
    }
  },
);

/** Closures keep it, the function itself closes the client, or it is a script that runs once: then one idle session is not a leak. */
function isLongLived(source: Source, { owner, variable }: Session): boolean {
  if (owner === undefined || variable === undefined) return true;
  const closes = source.below(owner).some(node => closers.has(methodOf(node) ?? ''));
  const isKeptByClosure = readsOf(variable).some(read => !isReadInPlace(source, read, owner));
  return closes || isKeptByClosure || runsOnce(source, owner);
}

const closers = new Set(['close', 'disconnect', 'exit']);

/** In the function itself, or in a callback that a call runs at once. */
function isReadInPlace(source: Source, read: Node, owner: Func): boolean {
  for (let func = functionAround(read); func !== undefined && func !== owner; func = functionAround(func)) {
    const call = parentOf(func);
    const isCallback = is(call, 'CallExpression') && (isRunAtOnce(call) || bare(call.callee) === func);
    if (!isCallback && callsOf(source, func).length === 0) return false;
  }
  return true;
}

function isRunAtOnce(call: Call): boolean {
  return /^(?:withTransaction|map|forEach|then|catch|finally|reduce|from|filter|flatMap)$/.test(
    methodOf(call) ?? '',
  );
}

function runsOnce(source: Source, owner: Func): boolean {
  const call = parentOf(owner);
  if (is(call, 'CallExpression')) return functionAround(owner) === undefined && bare(call.callee) === owner;
  const calls = callsOf(source, owner);
  const [only] = calls;
  const isOnce = calls.length === 1 && only !== undefined && functionAround(only) === undefined;
  return isOnce && !isInLoop(only) && mentionsOf(source, owner).length === 0;
}

/** Sessions of a function that has them in one variable, which gets no other value. */
function startedSessions(source: Source): readonly Session[] {
  return source.calls.flatMap(call => {
    const name = nameAround(call);
    const session = sessionOf(source, name ?? parameterAfter(call));
    if (session?.call !== call || session.kind !== 'started' || session.owner === undefined) return [];
    if (name !== undefined && functionAround(call) !== session.owner) return [];
    const writes = session.variable === undefined ? [] : writesOf(session.variable);
    return writes.length === (name === undefined ? 0 : 1) ? [session] : [];
  });
}

/** `session` in `mongoose.startSession().then(async session => …)`. */
function parameterAfter(call: Call): Node | undefined {
  const next = chainOf(call)[1];
  const [callback] = next !== undefined && methodOf(next) === 'then' ? next.arguments : [];
  const func = callback === undefined ? undefined : bare(callback);
  return isFunction(func) ? func.params[0] : undefined;
}

function nameAround(call: Call): Node | undefined {
  let at = parentOf(call);
  if (is(at, 'AwaitExpression')) at = parentOf(at);
  if (!is(at, 'VariableDeclarator')) return undefined;
  return is(at.parent, 'VariableDeclaration') && !/using/.test(at.parent.kind) ? at.id : undefined;
}

/** Is the session given to something that may end it? */
function leaves(source: Source, variable: Variable): boolean {
  return readsOf(variable).some(read => {
    const parent = parentOf(read);
    if (is(parent, 'MemberExpression')) {
      const call = parentOf(parent);
      return parent.object !== read || (parent.computed && !is(call, 'CallExpression'));
    }
    if (is(parent, 'Property') && is(parent.parent, 'ObjectExpression')) {
      return !isOptionsOfMethod(source, parent.parent);
    }
    if (is(parent, 'CallExpression')) return !['session', '$session'].includes(methodOf(parent) ?? '');
    return !is(parent, 'IfStatement', 'UnaryExpression', 'LogicalExpression');
  });
}

/** The options of a method of a collection or a model, also through a variable that has them. */
function isOptionsOfMethod(source: Source, object: Node): boolean {
  const parent = parentOf(object);
  if (is(parent, 'CallExpression')) return methods.has(methodOf(parent) ?? '');
  const options = is(parent, 'VariableDeclarator') ? source.variableOf(parent.id) : undefined;
  if (options === undefined || writesOf(options).length > 1) return false;
  return readsOf(options).every(read => {
    const call = parentOf(read);
    return is(call, 'CallExpression') && methods.has(methodOf(call) ?? '');
  });
}

/** `session.endSession()`, also as `session.endSession` without a call, or `session[Symbol.asyncDispose]()`. */
function endOf(read: Node): Node | undefined {
  const member = parentOf(read);
  if (!is(member, 'MemberExpression')) return undefined;
  const isEnd =
    member.computed || (is(member.property, 'Identifier') && member.property.name === 'endSession');
  return isEnd ? member : undefined;
}

/** By its own name, by that of the parameter of a runner that it is handed to, or by a call of a function that ends it. */
function endsOf(source: Source, session: Session, variable: Variable): readonly Node[] {
  const ends = callsOn(source, session, 'endSession').map(call => bare(call.callee));
  const all = new Set<Node>([...readsOf(variable).flatMap(read => endOf(read) ?? []), ...ends]);
  for (const end of all) {
    const func = functionAround(end);
    if (func !== undefined && func !== session.owner)
      for (const call of surelyCalled(source, func, session)) all.add(call);
  }
  return [...all];
}

/** The calls of a function that nothing else may call, such as a listener that is given it, or a function that calls it. */
function surelyCalled(source: Source, func: Func, { owner }: Session): readonly Call[] {
  const calls = callsOf(source, func);
  const isCalledHere = (call: Call) => {
    const around = functionAround(call);
    return around === owner || (around !== undefined && callsOf(source, around).length > 0);
  };
  return mentionsOf(source, func).length === 0 && calls.every(isCalledHere) ? calls : [];
}

/** The places where the function returns, or throws before the `try` that would end the session after an error. */
function exitsOf(source: Source, { owner }: Session, ends: readonly Node[]): readonly Node[] {
  if (owner === undefined) return [];
  return source
    .directlyBelow(owner)
    .filter(node => is(node, 'ReturnStatement') || isThrownBeforeTry(node, ends));
}

function isThrownBeforeTry(node: Node, ends: readonly Node[]): boolean {
  if (!is(node, 'ThrowStatement')) return false;
  for (let at = parentOf(node); at !== undefined && !isFunction(at); at = parentOf(at))
    if (is(at, 'CatchClause') || (is(at, 'TryStatement') && at.handler !== null && within(node, at.block)))
      return false;
  return ends.some(end => {
    for (let at = parentOf(end); at !== undefined && !isFunction(at); at = parentOf(at))
      if (is(at, 'TryStatement') && isBefore(node, at) && !within(end, at.block)) return true;
    return false;
  });
}

function nameOf(exit: Node): string {
  return is(exit, 'ThrowStatement') ? 'throw' : 'return';
}

function isOpenAt(exit: Node, start: Call, ends: readonly Node[], variable: Variable): boolean {
  if (!isBefore(start, exit) || !isOnTheWay(start, exit) || ends.some(end => within(end, exit))) return false;
  if (ends.some(end => isBefore(end, exit) && (isOnTheWay(end, exit) || sharesBlock(end, exit))))
    return false;
  const isInFinally = finallyBlocksAround(exit).some(block => ends.some(end => within(end, block)));
  // Where nothing ends it later either, the function has another way to do it.
  return !isInFinally && ends.some(end => isBefore(exit, end)) && !isAskedAbout(exit, variable);
}

function sharesBlock(end: Node, exit: Node): boolean {
  for (let at = parentOf(exit); at !== undefined && !isFunction(at); at = parentOf(at))
    if (is(at, 'BlockStatement') && within(end, at)) return is(at.parent, 'CatchClause', 'IfStatement');
  return false;
}

/** `if (!session) return`. */
function isAskedAbout(exit: Node, variable: Variable): boolean {
  for (let at = parentOf(exit); at !== undefined && !isFunction(at); at = parentOf(at)) {
    const { test } = is(at, 'IfStatement') ? at : { test: undefined };
    if (test !== undefined && readsOf(variable).some(read => within(read, test))) return true;
  }
  return false;
}

/** The only end stands in a `try` block, and neither its `catch`, its `finally` nor what follows ends the session. */
function isOpenAfterError(source: Source, start: Call, ends: readonly Node[]): boolean {
  return ends.every(end => {
    if (functionAround(end) !== functionAround(start)) return false;
    const around = tryAround(end);
    if (around === undefined || around.handler === null) return false;
    const { handler, finalizer } = around;
    const elsewhere = ends.filter(other => !within(other, around.block));
    const reached = elsewhere.filter(other => isBefore(around.block, other) || within(other, handler));
    const inFinally = finalizer !== null && ends.some(other => within(other, finalizer));
    return reached.length === 0 && !inFinally && !leadsToEnd(source, handler);
  });
}

function tryAround(node: Node) {
  for (let at = parentOf(node); at !== undefined && !isFunction(at); at = parentOf(at))
    if (is(at, 'TryStatement')) return within(node, at.block) ? at : undefined;
  return undefined;
}

/** The process ends in the handler, and all its sessions with it. */
function leadsToEnd(source: Source, handler: Node): boolean {
  return source.below(handler).some(node => is(node, 'CallExpression') && methodOf(node) === 'exit');
}

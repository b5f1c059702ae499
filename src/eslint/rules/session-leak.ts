import { sessionLeak as twin } from '../../guard/rules/session/session-leak.ts';
import { defineRule } from '../parts/define-rule.ts';
import { methods } from '../syntax/methods.ts';
import {
  bare,
  type Call,
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
} from '../syntax/nodes.ts';
import { finallyBlocksAround } from '../syntax/order.ts';
import { isKept, type Session, sessionOf } from '../parts/sessions.ts';
import { callsOf, mentionsOf, readsOf, type Source, type Variable, writesOf } from '../syntax/source.ts';
import { isOnTheWay } from '../parts/transactions.ts';

const { fix } = twin.meta.messages.idle;

/** A function starts a session and does not end it on every way out. */
export const sessionLeak = defineRule(
  {
    ...twin.meta,
    messages: {
      never: { says: 'Apparent session leak: the session is started here, and nothing ends it.', fix },
      early: {
        says: 'Apparent session leak: the return at line {line} leaves without ending the session.',
        fix,
      },
      error: { says: 'Apparent session leak: after an error the session is not ended.', fix },
    },
  },
  (source, report) => {
    for (const session of startedSessions(source)) {
      const { call, variable } = session;
      if (call === undefined || variable === undefined || isKept(session) || leaves(variable)) continue;
      const ends = readsOf(variable).flatMap(read => endOf(read) ?? []);
      if (ends.length === 0 && !isLongLived(source, session)) report({ node: call, messageId: 'never' });
      const early = returnsOf(source, session).find(exit => isOpenAt(exit, call, ends, variable));
      if (early !== undefined && ends.length > 0)
        report({ node: call, messageId: 'early', data: { line: early.loc.start.line } });
      else if (ends.length > 0 && isOpenAfterError(source, call, ends))
        report({ node: call, messageId: 'error' });
    }
  },
);

/** Closures keep it, the function itself closes the client, or it is a script that runs once: then one idle session is no leak. */
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
  const declared = source.calls.flatMap(call => {
    const session = sessionOf(source, nameAround(call));
    const isOwn = session?.call === call && session.kind === 'started' && session.owner !== undefined;
    return isOwn && functionAround(call) === session.owner ? [session] : [];
  });
  return declared.filter(({ variable }) => variable !== undefined && writesOf(variable).length === 1);
}

function nameAround(call: Call): Node | undefined {
  let at = parentOf(call);
  if (is(at, 'AwaitExpression')) at = parentOf(at);
  if (!is(at, 'VariableDeclarator')) return undefined;
  return is(at.parent, 'VariableDeclaration') && !/using/.test(at.parent.kind) ? at.id : undefined;
}

/** Is the session given to something that may end it? */
function leaves(variable: Variable): boolean {
  return readsOf(variable).some(read => {
    const parent = parentOf(read);
    if (is(parent, 'MemberExpression')) {
      const call = parentOf(parent);
      return parent.object !== read || (parent.computed && !is(call, 'CallExpression'));
    }
    if (is(parent, 'Property') && is(parent.parent, 'ObjectExpression')) {
      const call = parentOf(parent.parent);
      return !is(call, 'CallExpression') || !methods.has(methodOf(call) ?? '');
    }
    if (is(parent, 'CallExpression')) return !['session', '$session'].includes(methodOf(parent) ?? '');
    return !is(parent, 'IfStatement', 'UnaryExpression', 'LogicalExpression');
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

function returnsOf(source: Source, { owner }: Session): readonly Node[] {
  if (owner === undefined) return [];
  return source.directlyBelow(owner).filter(node => is(node, 'ReturnStatement'));
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

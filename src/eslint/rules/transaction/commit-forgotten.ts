import { commitForgotten as twin } from '../../../guard/rules/transaction/commit-forgotten.ts';
import { defineRule, labelOf } from '../../parts/define-rule.ts';
import { is, parentOf, type Node, isFunction, propertyName } from '../../syntax/nodes.ts';
import { sessionOperations } from '../../parts/operations.ts';
import { callsOn, type Session } from '../../parts/sessions/sessions.ts';
import { readsOf, type Source } from '../../syntax/source.ts';

/** A transaction by hand writes, and nothing ever commits it; it is aborted in a handler of errors at most. */
export const commitForgotten = defineRule(
  {
    ...twin.meta,
    messages: {
      one: {
        says: 'A transaction that is started here writes by {written}, and nothing commits it: its writes are lost.',
        fix: twin.meta.messages.one.fix,
      },
    },
  },
  (source, report) => {
    const sessions = new Set(sessionOperations(source).map(({ session }) => session));
    for (const session of sessions) {
      const [start] = callsOn(source, session, 'startTransaction');
      if (start === undefined || session.kind === 'handed' || isCommitted(source, session)) continue;
      const own = sessionOperations(source).filter(one => one.session === session);
      const write = own.find(one => one.kind === 'write');
      // An operation whose error is caught may have failed: then nothing is lost that was there.
      if (own.some(({ value, chain }) => !is(parentOf(value), 'AwaitExpression') || chain.some(hasCatch)))
        continue;
      const isEnded = session.kind === 'lent' || callsOn(source, session, 'endSession').length > 0;
      if (write === undefined || !isEnded) continue;
      report({ node: start, messageId: 'one', data: { written: labelOf(source, write.call) } });
    }
  },
);

/** Committed, run by a runner, aborted on purpose, or handed to somebody who may do it. */
function isCommitted(source: Source, session: Session): boolean {
  if (callsOn(source, session, 'withTransaction').length > 0) return true;
  const aborts = callsOn(source, session, 'abortTransaction');
  // Without an abort for errors, the end of the session may be meant to roll back: a dry run.
  if (aborts.length === 0 || aborts.some(abort => !isInHandler(abort))) return true;
  const { variable } = session;
  return variable === undefined || readsOf(variable).some(read => mayCommit(read));
}

function isInHandler(node: Node): boolean {
  for (let at = parentOf(node); at !== undefined; at = parentOf(at)) if (is(at, 'CatchClause')) return true;
  return false;
}

/** `session.commitTransaction`, also without a call, and every use that is not a method, option or condition. */
function mayCommit(read: Node): boolean {
  const parent = parentOf(read);
  if (is(parent, 'MemberExpression')) return parent.computed || propertyName(parent) === 'commitTransaction';
  if (!is(parent, 'Property')) return !is(parent, 'IfStatement', 'UnaryExpression') && !isSessionStep(parent);
  return isFunction(parent.parent) || !(is(parent.key, 'Identifier') && parent.key.name === 'session');
}

function hasCatch(call: Node): boolean {
  return is(call, 'CallExpression') && propertyName(call.callee) === 'catch';
}

function isSessionStep(parent: Node | undefined): boolean {
  return is(parent, 'CallExpression') && propertyName(parent.callee) === 'session';
}

import { openCursor as twin } from '../../../guard/rules/session/open-cursor.ts';
import { defineRule } from '../../parts/define-rule.ts';
import { callsOn, type Session, sessionsIn } from '../../parts/sessions/sessions.ts';
import { runnersOf } from '../../parts/transactions/transactions.ts';
import {
  type Call,
  type Func,
  functionAround,
  is,
  isBefore,
  methodOf,
  type Node,
  outermost,
  parentOf,
  receiverOf,
} from '../../syntax/nodes.ts';
import { readsOf, type Source, type Variable, writesOf } from '../../syntax/source.ts';

/** A change stream is read for a while and never closed, and its session ends. It never ends by itself, as a cursor may. */
export const openCursor = defineRule(twin.meta, (source, report) => {
  for (const call of source.calls) {
    const [session, ...others] = methodOf(call) === 'watch' ? sessionsIn(source, call) : [];
    const stream = session === undefined || others.length > 0 ? undefined : streamOf(source, call);
    if (session === undefined || stream === undefined || !readsOf(stream).every(isReadingOnly)) continue;
    if (endsWithFunction(source, session, call) && !closesSomething(source, functionAround(call)))
      report({ node: call, messageId: 'tail', data: { what: 'change stream' } });
  }
});

/** The variable that has the stream, and no other value. The end of its block does not close it, as that of `await using` does. */
function streamOf(source: Source, call: Call): Variable | undefined {
  const declarator = parentOf(outermost(call));
  if (!is(declarator, 'VariableDeclarator') || !is(declarator.id, 'Identifier')) return undefined;
  if (declarator.parent.kind.endsWith('using')) return undefined;
  const variable = source.variableOf(declarator.id);
  return variable !== undefined && writesOf(variable).length === 1 ? variable : undefined;
}

const reading = new Set(['next', 'tryNext', 'hasNext', 'on', 'once']);

/** `stream.next()`. `for await` closes it at its end; whoever else gets it may close it. */
function isReadingOnly(read: Node): boolean {
  const member = parentOf(read);
  const call = is(member, 'MemberExpression') ? parentOf(member) : undefined;
  return is(call, 'CallExpression') && receiverOf(call) === read && reading.has(methodOf(call) ?? '');
}

/** The end of a client closes its streams. */
function closesSomething(source: Source, func: Func | undefined): boolean {
  return source.calls.some(call => methodOf(call) === 'close' && functionAround(call) === func);
}

/** The session ends in the function that opened the stream, or the function is the callback that the session was lent to. */
function endsWithFunction(source: Source, session: Session, watch: Call): boolean {
  const func: Func | undefined = functionAround(watch);
  if (runnersOf(source).some(one => one.callback === func && one.session === session)) return true;
  return callsOn(source, session, 'endSession').some(
    end => functionAround(end) === func && isBefore(watch, end),
  );
}

import { sessionOutlivesScope as twin } from '../../../guard/rules/session/session-outlives-scope.ts';
import { defineRule, labelOf } from '../../parts/define-rule.ts';
import { isPerRequest } from '../../syntax/request-handlers.ts';
import { type Call, functionAround, methodOf, receiverOf, within } from '../../syntax/nodes.ts';
import { operationOf } from '../../parts/operations.ts';
import { callsOn, isKept, type Session, sessionOf } from '../../parts/sessions/sessions.ts';
import type { Source } from '../../syntax/source.ts';

/** A session that is kept outside the handlers of requests is used in them. */
export const sessionOutlivesScope = defineRule(twin.meta, (source, report) => {
  const reported = new Set<Session>();
  for (const call of source.calls) {
    const session = usedBy(source, call);
    if (session === undefined || reported.has(session) || !isKeptOutside(source, session, call)) continue;
    reported.add(session);
    report({ node: call, messageId: 'module', data: { use: labelOf(source, call) } });
  }
});

function usedBy(source: Source, call: Call): Session | undefined {
  const name = methodOf(call);
  if (name === 'startTransaction' || name === 'withTransaction') return sessionOf(source, receiverOf(call));
  return operationOf(source, call)?.session;
}

/** Its variable is that of the module, or of a function around the handlers; the handler neither starts nor ends it for itself. */
function isKeptOutside(source: Source, session: Session, use: Call): boolean {
  const { owner, kind, variable } = session;
  const func = functionAround(use);
  if (kind !== 'started' || variable === undefined || func === undefined || isKept(session)) return false;
  if (func === owner || !isPerRequest(source, func) || isPerRequest(source, owner)) return false;
  const ends = callsOn(source, session, 'endSession');
  // A script ends it by itself, at the level of the module.
  return !ends.some(end => functionAround(end) === undefined || within(end, func));
}

import { clientOf, closesOf, isSameClient, rootOf } from '../clients/clients.ts';
import { operationsOf } from '../operations.ts';
import { isHandedOn } from '../sessions/handed-on.ts';
import { callsOn, type Session, sessionOf } from '../sessions/sessions.ts';
import { isRunner, transactionAt } from '../transactions/transactions.ts';
import { type Call, isBefore, is, methodOf, outermost, parentOf, receiverOf } from '../../syntax/nodes.ts';
import { hasAlwaysRun, sharesFunction } from '../../syntax/order.ts';
import type { Source } from '../../syntax/source.ts';

/** An `endSession` that nobody waits for, of a session whose transaction is open, and the work of the same client that follows. */
export interface DroppedEnd {
  readonly end: Call;
  readonly next: Call;
}

export function droppedEndsOf(source: Source): readonly DroppedEnd[] {
  return source.calls.flatMap(end => {
    if (methodOf(end) !== 'endSession' || !is(parentOf(outermost(end)), 'ExpressionStatement')) return [];
    const session = sessionOf(source, receiverOf(end));
    if (session === undefined || session.kind !== 'started' || !isOpenAt(source, session, end)) return [];
    const next = nextOf(source, session, end);
    return next === undefined ? [] : [{ end, next }];
  });
}

/** Started by hand before it on every way, and nothing may have committed or aborted it before the end. */
function isOpenAt(source: Source, session: Session, end: Call): boolean {
  const start = transactionAt(source, end, session);
  if (start === undefined || isRunner(start) || !sharesFunction(start, end) || !hasAlwaysRun(start, end))
    return false;
  const ends = callsOn(source, session, 'commitTransaction', 'abortTransaction', 'withTransaction');
  return (
    ends.every(one => isBefore(end, one) && sharesFunction(end, one)) && !isHandedOn(session, start, end)
  );
}

/** The first awaited call of the same client after the end, on every way from it. */
function nextOf(source: Source, session: Session, end: Call): Call | undefined {
  const client = clientOf(source, session);
  const calls = [
    ...operationsOf(source).map(({ call, value, receiver }) => ({
      call,
      value,
      root: rootOf(source, receiver),
    })),
    ...closesOf(source).map(({ call, root }) => ({ call, value: outermost(call), root })),
  ];
  return calls.find(
    ({ call, value, root }) =>
      isSameClient(client, root) === true &&
      is(parentOf(value), 'AwaitExpression') &&
      sharesFunction(end, call) &&
      hasAlwaysRun(end, call),
  )?.call;
}

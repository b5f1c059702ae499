import { swallowedError as twin } from '../../../guard/rules/transaction/swallowed-error.ts';
import { type Catcher, catcherOf, keepsToItself, lets11000Pass } from '../../parts/transactions/catches.ts';
import { isHeeded } from '../../parts/transactions/heeded.ts';
import { defineRule, labelOf } from '../../parts/define-rule.ts';
import { is, isBefore, parentOf, type Node, within } from '../../syntax/nodes.ts';
import { type Operation, sessionOperations } from '../../parts/operations.ts';
import { sharesFunction } from '../../syntax/order.ts';
import { callsOn, type Session } from '../../parts/sessions/sessions.ts';
import type { Source } from '../../syntax/source.ts';
import { isRunner, transactionAt, unitAround } from '../../parts/transactions/transactions.ts';

const { commit, commitByHand } = twin.meta.messages;
const says =
  'An error of {operation} is caught in the transaction, which the server has aborted because of it: the commit will fail, or nothing is stored.';

/** A write of a transaction fails, the error is caught, and the transaction is committed as if nothing had happened. */
export const swallowedError = defineRule(
  {
    ...twin.meta,
    messages: { commit: { says, fix: commit.fix }, commitByHand: { says, fix: commitByHand.fix } },
  },
  (source, report) => {
    const reported = new Set<Node>();
    for (const operation of sessionOperations(source)) {
      const { call, session, value } = operation;
      const catcher = catcherFor(source, operation);
      if (catcher === undefined || reported.has(catcher.body)) continue;
      const transaction = transactionAt(source, call, session);
      if (transaction === undefined || isHeeded(source, { value, catcher, transaction })) continue;
      const isByHand = !isRunner(transaction);
      if (isByHand && !isCommittedAfter(source, catcher.body, call, session)) continue;
      reported.add(catcher.body);
      const data = { operation: labelOf(source, call) };
      report({ node: call, messageId: isByHand ? 'commitByHand' : 'commit', data });
    }
  },
);

function catcherFor(source: Source, operation: Operation & { session: Session }): Catcher | undefined {
  const { call, value, chain, kind, session, name } = operation;
  if (kind !== 'write' || name === 'createIndex') return undefined;
  const unit = unitAround(source, call, session);
  const isDirect = is(parentOf(value), 'AwaitExpression', 'ReturnStatement');
  const catcher =
    isDirect && unit !== undefined ? catcherOf(source, value, chain, unit) : moduleCatcher(source, operation);
  if (catcher === undefined) return undefined;
  const isLost = keepsToItself(source, catcher, session) || lets11000Pass(source, catcher, session);
  return isLost ? catcher : undefined;
}

/** A session of the module itself, as scripts have it. */
function moduleCatcher(source: Source, { value, chain, session }: Operation & { session: Session }) {
  const isModule = session.owner === undefined && is(parentOf(value), 'AwaitExpression');
  return isModule ? catcherOf(source, value, chain, source.code.ast) : undefined;
}

/** By hand: the commit comes after the handler, in the same function, and is not in the `try` that the error leaves. */
function isCommittedAfter(source: Source, handler: Node, call: Node, session: Session): boolean {
  const handled = parentOf(handler);
  const whole = is(handled, 'CatchClause') ? parentOf(handled) : handled;
  return callsOn(source, session, 'commitTransaction').some(
    commitCall =>
      sharesFunction(commitCall, call) &&
      isBefore(handler, commitCall) &&
      (whole === undefined || !within(commitCall, whole)),
  );
}

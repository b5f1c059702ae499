import { unsupportedInTransaction as twin } from '../../../guard/rules/transaction/unsupported-in-transaction.ts';
import { defineRule, labelOf } from '../../parts/define-rule.ts';
import { isBefore, pathOf, valueOf, bare, is } from '../../syntax/nodes.ts';
import { type Operation, sessionOperations } from '../../parts/operations.ts';
import type { Session } from '../../parts/sessions/sessions.ts';
import type { Source } from '../../syntax/source.ts';
import { transactionAt } from '../../parts/transactions/transactions.ts';

/** A command is sent in a transaction that the server always refuses there. */
export const unsupportedInTransaction = defineRule(twin.meta, (source, report) => {
  for (const operation of sessionOperations(source)) {
    const { call, session } = operation;
    if (!isRefused(source, operation) || transactionAt(source, call, session) === undefined) continue;
    report({ node: call, messageId: 'refused', data: { operation: labelOf(source, call) } });
  }
});

function isRefused(source: Source, operation: Operation & { session: Session }): boolean {
  const { name, call } = operation;
  if (name === 'estimatedDocumentCount') return true;
  if (name === 'createIndex') return isFilled(source, operation);
  const [pipeline] = name === 'aggregate' ? call.arguments : [];
  const last = is(pipeline, 'ArrayExpression') ? pipeline.elements.at(-1) : undefined;
  return (
    last !== null &&
    last !== undefined &&
    ['$out', '$merge'].some(stage => valueOf(bare(last), stage) !== undefined)
  );
}

/** The same transaction has written to the collection, which it has not created. */
function isFilled(source: Source, { call, receiver, session }: Operation & { session: Session }): boolean {
  if (/createCollection/.test(source.text)) return false;
  return sessionOperations(source).some(
    one =>
      one.session === session &&
      one.kind === 'write' &&
      one.name !== 'createIndex' &&
      isBefore(one.call, call) &&
      pathOf(one.receiver) === pathOf(receiver),
  );
}

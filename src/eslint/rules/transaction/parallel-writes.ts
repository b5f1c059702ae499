import { parallelWrites as twin } from '../../../guard/rules/transaction/parallel-writes.ts';
import { defineRule, labelOf } from '../../parts/define-rule.ts';
import { retryable } from '../../syntax/methods.ts';
import { parallelsOf } from '../../parts/promises/parallel.ts';
import { transactionAt } from '../../parts/transactions/transactions.ts';

/** Two writes of one session, outside a transaction, are begun without waiting for the first. */
export const parallelWrites = defineRule(twin.meta, (source, report) => {
  for (const { session, calls } of parallelsOf(source)) {
    const [first, second] = calls.filter(({ operation }) => retryable.has(operation?.name ?? ''));
    if (first === undefined || second === undefined) continue;
    if (transactionAt(source, second.call, session) !== undefined) continue;
    const data = { operation: labelOf(source, second.call), other: labelOf(source, first.call) };
    report({ node: second.call, messageId: 'parallel', data });
  }
});

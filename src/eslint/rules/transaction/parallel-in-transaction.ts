import { parallelInTransaction as twin } from '../../../guard/rules/transaction/parallel-in-transaction.ts';
import { loopInstead } from '../../fixes/loop-instead.ts';
import { defineRule, labelOf } from '../../parts/define-rule.ts';
import { parallelsOf } from '../../parts/promises/parallel.ts';
import { transactionAt } from '../../parts/transactions/transactions.ts';

/** Two operations of one transaction are begun without waiting for the first. */
export const parallelInTransaction = defineRule(twin.meta, (source, report) => {
  for (const { session, calls } of parallelsOf(source)) {
    const [first, second] = calls;
    if (first === undefined || second === undefined) continue;
    if (transactionAt(source, second.call, session) === undefined) continue;
    const data = { operation: labelOf(source, second.call), other: labelOf(source, first.call) };
    const suggest = first.call === second.call ? loopInstead(source, second.call) : [];
    report({ node: second.call, messageId: 'parallel', data, suggest });
  }
});

import { hiddenTransientError as twin } from '../../../guard/rules/transaction/hidden-transient-error.ts';
import { catchAround } from '../../parts/transactions/catches.ts';
import { defineRule, labelOf } from '../../parts/define-rule.ts';
import { bare, is, keyOf, type Node, parentOf } from '../../syntax/nodes.ts';
import { sessionOperations } from '../../parts/operations.ts';
import type { Source } from '../../syntax/source.ts';
import { isRunner, transactionAt } from '../../parts/transactions/transactions.ts';

/** A callback throws an error of its own for every error of an operation, and does not say the cause. */
export const hiddenTransientError = defineRule(
  {
    ...twin.meta,
    messages: {
      hidden: {
        says: 'An error of {operation} is replaced by another one without its cause: if a second attempt would avoid it, the transaction is not run again.',
        fix: twin.meta.messages.hidden.fix,
      },
    },
  },
  (source, report) => {
    for (const { call, value, session } of sessionOperations(source)) {
      const transaction = transactionAt(source, call, session);
      if (transaction === undefined || !isRunner(transaction) || !is(parentOf(value), 'AwaitExpression'))
        continue;
      const catcher = catchAround(value, transaction.callback);
      if (catcher === undefined || !replaces(source, catcher.body, catcher.error)) continue;
      report({ node: call, messageId: 'hidden', data: { operation: labelOf(source, call) } });
    }
  },
);

function replaces(source: Source, body: Node, error: Node | undefined): boolean {
  const thrown = source.directlyBelow(body).filter(node => is(node, 'ThrowStatement'));
  const [only] = thrown;
  if (!is(only, 'ThrowStatement') || thrown.length > 1 || parentOf(only) !== body) return false;
  const made = bare(only.argument);
  if (!is(made, 'NewExpression') || /TransientTransactionError|hasErrorLabel/.test(source.code.getText(body)))
    return false;
  return !made.arguments.some(argument => links(bare(argument), error));
}

/** The error itself, or options with a `cause`. */
function links(argument: Node, error: Node | undefined): boolean {
  if (is(argument, 'Identifier')) return is(error, 'Identifier') && argument.name === error.name;
  if (!is(argument, 'ObjectExpression')) return is(argument, 'SpreadElement', 'ArrayExpression');
  return argument.properties.some(
    one => is(one, 'SpreadElement') || (is(one, 'Property') && keyOf(one) === 'cause'),
  );
}

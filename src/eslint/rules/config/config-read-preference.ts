import { configReadPreference as twin } from '../../../guard/rules/config/config-read-preference.ts';
import { configuredClients } from '../../parts/client-options.ts';
import { clientOf, isSameClient } from '../../parts/clients/clients.ts';
import { defineRule, labelOf } from '../../parts/define-rule.ts';
import { bare, type Call, is, methodOf, type Node, receiverOf, valueOf } from '../../syntax/nodes.ts';
import { type Operation, sessionOperations } from '../../parts/operations.ts';
import { type Session, sessionOf } from '../../parts/sessions/sessions.ts';
import type { Source } from '../../syntax/source.ts';
import { isRunner, transactionAt } from '../../parts/transactions/transactions.ts';

/** A transaction reads with another preference than `primary`: from an operation, the transaction, its session or its client. */
export const configReadPreference = defineRule(twin.meta, (source, report) => {
  for (const operation of sessionOperations(source)) {
    const { call, session, kind } = operation;
    const transaction = kind === 'read' ? transactionAt(source, call, session) : undefined;
    if (transaction === undefined) continue;
    const own = modeIn(call.arguments);
    const data = { operation: labelOf(source, call) };
    if (own !== undefined && own !== 'primary')
      report({ node: call, messageId: 'operation', data: { ...data, mode: own } });
    const start = isRunner(transaction) ? transaction.call : transaction;
    const mode = own === undefined ? modeOf(source, start, session, operation) : undefined;
    if (mode !== undefined && mode !== 'primary')
      report({ node: start, messageId: 'transaction', data: { ...data, mode } });
  }
});

/** The nearest that says one: the call, the session, the client. Options that are not literal may say anything. */
function modeOf(source: Source, start: Call, session: Session, _read: Operation): string | undefined {
  const given = start.arguments.filter(
    argument => !is(argument, 'ArrowFunctionExpression', 'FunctionExpression'),
  );
  if (given.some(isUnread)) return undefined;
  const ofCall = modeIn(given);
  if (ofCall !== undefined) return ofCall;
  if (methodOf(start) === 'withTxn') return undefined;
  const ofSession = session.call?.arguments ?? [];
  if (ofSession.some(one => isUnread(one) && !is(one, 'ArrowFunctionExpression', 'FunctionExpression')))
    return undefined;
  for (const options of ofSession) {
    const mode = literalOf(valueOf(valueOf(bare(options), 'defaultTransactionOptions'), 'readPreference'));
    if (mode !== undefined) return mode;
  }
  const client = configuredClients(source).find(
    one => isSameClient(clientOf(source, session), one.root) === true,
  );
  return client === undefined || sessionOf(source, receiverOf(start)) === undefined
    ? undefined
    : literalOf(valueOf(client.options, 'readPreference'));
}

function modeIn(given: readonly Node[]): string | undefined {
  for (const one of given) {
    const mode = literalOf(valueOf(bare(one), 'readPreference'));
    if (mode !== undefined) return mode;
  }
  return undefined;
}

function isUnread(argument: Node): boolean {
  return !is(bare(argument), 'ObjectExpression');
}

function literalOf(value: Node | undefined): string | undefined {
  return is(value, 'Literal') && typeof value.value === 'string' ? value.value : undefined;
}

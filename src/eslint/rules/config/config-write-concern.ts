import { configWriteConcern as twin } from '../../../guard/rules/config/config-write-concern.ts';
import { type ConfiguredClient, configuredClients } from '../../parts/client-options.ts';
import { clientOf, isSameClient } from '../../parts/clients/clients.ts';
import { defineRule, labelOf } from '../../parts/define-rule.ts';
import { type Call, is, methodOf, receiverOf, valueOf } from '../../syntax/nodes.ts';
import { sessionOperations } from '../../parts/operations.ts';
import { type Session, sessionOf } from '../../parts/sessions/sessions.ts';
import type { Source } from '../../syntax/source.ts';

/** A client's write concern that the driver refuses with a session, or that does not keep a transaction through an election. */
export const configWriteConcern = defineRule(twin.meta, (source, report) => {
  for (const client of configuredClients(source)) {
    const w = concernOf(client);
    if (w === undefined) continue;
    for (const call of transactionsOf(source, client)) {
      if (hasOwnConcern(source, call)) continue;
      report({ node: call, messageId: w === 0 ? 'unacknowledgedTransaction' : 'oneMember' });
    }
    if (w !== 0) continue;
    for (const { call, session, kind } of sessionOperations(source)) {
      if (kind !== 'write' || !isOf(source, session, client) || transactionsOf(source, client).length > 0)
        continue;
      report({ node: call, messageId: 'unacknowledged', data: { operation: labelOf(source, call) } });
    }
  }
});

/** `writeConcern: { w: 0 }`, `w: 1`. */
function concernOf({ options }: ConfiguredClient): 0 | 1 | undefined {
  const value = valueOf(valueOf(options, 'writeConcern'), 'w') ?? valueOf(options, 'w');
  if (!is(value, 'Literal')) return undefined;
  return value.value === 0 || value.value === 1 ? value.value : undefined;
}

function transactionsOf(source: Source, client: ConfiguredClient): readonly Call[] {
  return source.calls.filter(call => {
    if (!['startTransaction', 'withTransaction'].includes(methodOf(call) ?? '')) return false;
    const session = sessionOf(source, receiverOf(call));
    return session !== undefined && isOf(source, session, client);
  });
}

function isOf(source: Source, session: Session, { root }: ConfiguredClient): boolean {
  return isSameClient(clientOf(source, session), root) === true;
}

/** The transaction or its session says a write concern, or has options that are not read here. */
function hasOwnConcern(source: Source, call: Call): boolean {
  const session = sessionOf(source, receiverOf(call));
  const options = [
    ...call.arguments.slice(methodOf(call) === 'withTransaction' ? 1 : 0),
    ...(session?.call?.arguments ?? []),
  ];
  return options.some(option => !is(option, 'ArrowFunctionExpression', 'FunctionExpression'));
}

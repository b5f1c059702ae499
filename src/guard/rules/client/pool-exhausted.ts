import type { Operation, PoolHolders, Site } from '../../events/events.ts';
import { describe, firstPlaced } from '../engine/describe.ts';
import { defineRule, docsOf } from '../engine/rule.ts';

type PlaceOf = (site: Site | undefined) => string | undefined;

/** Operations wait for a connection, because other operations hold all connections. */
export const poolExhausted = defineRule({
  meta: {
    id: 'pool-exhausted',
    category: 'performance',
    docs: docsOf('pool-exhausted'),
    recommended: 'warn',
    defaults: { waitMS: 500 },
    messages: {
      waited: {
        says: 'An operation waited {waitedMS} ms for a connection: all {size} were held by {holders}.',
        fix: 'Shorten the operations that hold the connections (an index, maxTimeMS, operationTimeoutMS of a manager, shorter transactions), give change streams and tailable cursors a separate client, start less work at once, or raise maxPoolSize.',
      },
      timedOut: {
        says: 'An operation got no connection within {waitedMS} ms and failed: all {size} were held by {holders}.',
        fix: 'Shorten the operations that hold the connections (an index, maxTimeMS, operationTimeoutMS of a manager, shorter transactions), give change streams and tailable cursors a separate client, start less work at once, or raise maxPoolSize.',
      },
    },
  },
  create({ options, report, placeOf }) {
    const { waitMS } = options;
    return {
      'pool.waited'({ waitedMS, timedOut, config, holders, site, madeAt }) {
        if (!timedOut && waitedMS < waitMS) return;
        const data = {
          waitedMS: Math.round(waitedMS),
          size: config.maxPoolSize,
          holders: listed(holders, placeOf),
        };
        const nearby = firstPlaced(holders.operations)?.site ?? madeAt;
        report({ messageId: timedOut ? 'timedOut' : 'waited', data, site, nearby });
      },
    };
  },
});

/** How many kinds of operation are named. */
const most = 3;

function listed({ operations, implicit = [], others }: PoolHolders, placeOf: PlaceOf): string {
  const kinds = new Map<string, number>();
  for (const kind of [...operations.map(operation => describeHolder(operation, placeOf)), ...implicit]) {
    kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  }
  const parts = [...kinds].slice(0, most).map(([kind, count]) => (count > 1 ? `${count} × ${kind}` : kind));
  const rest = [...kinds.values()].slice(most).reduce((sum, count) => sum + count, others);
  if (rest > 0) parts.push(restOf(rest, kinds.size > most));
  return parts.join(', ') || 'others';
}

function describeHolder(operation: Operation, placeOf: PlaceOf): string {
  const place = placeOf(operation.site);
  const where = place === undefined ? '' : ` (at ${place})`;
  return `${describe(operation)}${operation.inTransaction ? ' in a transaction' : ''}${where}`;
}

function restOf(count: number, mixed: boolean): string {
  const operations = count === 1 ? '1 operation' : `${count} operations`;
  return mixed ? `${operations} more` : `${operations} that cannot be named`;
}

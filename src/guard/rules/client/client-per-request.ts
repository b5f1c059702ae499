import { type ClientRecord, isMadeAndClosedIn } from '../../events/client-records.ts';
import { defineRule, docsOf } from '../engine/rule.ts';

/** Clients are created repeatedly where one client would be enough: each has its own pool, monitors and handshakes. */
export const clientPerRequest = defineRule({
  meta: {
    id: 'client-per-request',
    category: 'suspicious',
    docs: docsOf('client-per-request'),
    recommended: 'warn',
    defaults: { maxClients: 2, withinMS: 60_000 },
    messages: {
      many: {
        says: '{count} clients of the same deployment were made here within {seconds} s, each with a pool of its own.',
        fix: 'Make one client when the process starts, and let everything use it; close it when the process ends.',
      },
      atOnce: {
        says: '{count} clients of the same deployment were made here at once: each call before the first client had connected made another client.',
        fix: 'Keep the client, or the promise of its connect(), in the cache before the first await, not the result after it.',
      },
      closed: {
        says: 'A client was made and closed within one request.',
        fix: 'Make one client when the process starts, and let every request use it; close it when the process ends.',
      },
    },
  },
  create({ options, report, clients, placeOf }) {
    const { maxClients, withinMS } = options;

    /** Other clients that were created at the same place a short time before, and have connected. */
    function siblingsOf(record: ClientRecord): ClientRecord[] {
      const near = [...clients()].filter(other => other !== record && isNear(other, record, withinMS));
      if (near.length === 0) return near;
      const place = placeOf(record.site);
      return place === undefined ? [] : near.filter(other => placeOf(other.site) === place);
    }

    return {
      'client.connected'({ client }) {
        const record = find(clients(), client);
        // A reconnect does not create a new client.
        if (record === undefined || record.underTest || record.connectedAtMS !== undefined) return;
        const siblings = siblingsOf(record);
        const atOnce = siblings.filter(other => overlap(other, record));
        const race = atOnce.some(other => ofAnotherRequest(other, record));
        const crowd = siblings.filter(other => isBeside(other, record));
        const isOneTooMany = crowd.length === maxClients && !crowd.every(({ passing }) => passing);
        if (!race && !isOneTooMany) return;
        const { site } = record;
        if (atOnce.length > 0)
          return report({ messageId: 'atOnce', data: { count: atOnce.length + 1 }, site });
        const data = { count: crowd.length + 1, seconds: withinMS / 1000 };
        report({ messageId: 'many', data, site });
      },
      'client.closing'(event) {
        const record = find(clients(), event.client);
        if (record === undefined || record.underTest || !isMadeAndClosedIn(record, event)) return;
        report({ messageId: 'closed', site: record.site, endedAt: event.site });
      },
    };
  },
});

function find(clients: Iterable<ClientRecord>, id: number): ClientRecord | undefined {
  for (const record of clients) if (record.id === id) return record;
  return undefined;
}

/** A client that has not connected (yet) does not count: a program may try until its server is available. */
function isNear(other: ClientRecord, record: ClientRecord, withinMS: number): boolean {
  if (other.deploymentKey !== record.deploymentKey || other.underTest || other.connectedAtMS === undefined)
    return false;
  return Math.abs(record.madeAtMS - other.madeAtMS) <= withinMS;
}

/** The later client was created while the earlier one was still connecting. `record` connects right now. */
function overlap(other: ClientRecord, record: ClientRecord): boolean {
  return other.connectedAtMS !== undefined && other.connectedAtMS > record.madeAtMS;
}

/**
 * Open at the same time, or created for another request. A script, a cron job or a scenario runner may create clients one after
 * another, each closed before the next.
 */
function isBeside(other: ClientRecord, record: ClientRecord): boolean {
  if (other.closingAtMS === undefined || other.closingAtMS > record.madeAtMS) return true;
  return ofAnotherRequest(other, record);
}

function ofAnotherRequest(one: ClientRecord, other: ClientRecord): boolean {
  const [a] = one.scopes ?? [];
  const [b] = other.scopes ?? [];
  return a !== undefined && b !== undefined && a !== b;
}

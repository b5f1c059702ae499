import { observationFailed } from '../../../platform/failures.ts';
import { processWide } from '../../../platform/process-wide.ts';
import { guardOf } from '../../runtime/process/shared-state.ts';
import { captureSite } from '../../scope/site-capture.ts';
import type { ClientConfig, ClientUse, Site } from '../../events/events.ts';
import { classify } from '../command/classify.ts';
import { configOf, driverDefaults } from './client-config.ts';
import { type ClientLife, isConnected, knownLife, lifeOf } from './client-life.ts';
import { retriesWrites } from './deployment.ts';
import type { DriverClient, DriverOperation } from '../copies/driver-types.ts';
import type { StackStart } from '../../stack/stack.ts';

/** The number of clients that have such options and unpublished uses. While it is 0, an operation costs two comparisons. */
const armed = processWide('armed', () => ({ clients: 0 }));

/** Commands of administration or of the driver itself: a health check is not a use of the client. */
const upkeep = new Set([
  'ping',
  'hello',
  'isMaster',
  'ismaster',
  'buildInfo',
  'serverStatus',
  'replSetGetStatus',
  'connectionStatus',
  'listDatabases',
  'endSessions',
  'killCursors',
  'commitTransaction',
  'abortTransaction',
]);

/** Commands whose duration depends on the data. */
const queries = new Set(['find', 'aggregate', 'distinct', 'count', 'update', 'delete', 'findAndModify']);

/** Each use is published once per client; only for clients with such options. */
export function arm(client: DriverClient, life: ClientLife): void {
  if (life.config !== undefined) return;
  life.config = configOf(client);
  life.unpublished = usesThatMatter(life.config);
  if (life.unpublished.size > 0) armed.clients += 1;
}

function usesThatMatter(config: ClientConfig): Set<ClientUse> {
  const uses = new Set<ClientUse>();
  const { maxIdleTimeMS, serverSelectionTimeoutMS, socketTimeoutMS, retryWrites } = config;
  if (maxIdleTimeMS > 0 || serverSelectionTimeoutMS !== driverDefaults.serverSelectionTimeoutMS)
    uses.add('operation');
  if (socketTimeoutMS > 0) uses.add('query');
  if (!retryWrites) uses.add('retryable write');
  return uses;
}

/** Called for every operation. */
export function noteUse(client: DriverClient, operation: DriverOperation, below: StackStart): void {
  if (armed.clients === 0 && client.topology != null) return;
  try {
    const life = client.topology == null ? lifeOf(client, below) : knownLife(client);
    if (life === undefined) return;
    arm(client, life);
    if (life.unpublished.size > 0) lookAt(client, life, operation, below);
  } catch (bug) {
    observationFailed(bug);
  }
}

function lookAt(client: DriverClient, life: ClientLife, operation: DriverOperation, below: StackStart): void {
  const uses = usesOf(life, operation).filter(use => life.unpublished.has(use));
  if (uses.length === 0) return;
  const site = captureSite(below);
  for (const use of uses) publishOnce(client, life, use, site);
}

function usesOf({ config }: ClientLife, operation: DriverOperation): ClientUse[] {
  const { command, retryable } = classify(operation);
  if (upkeep.has(command)) return [];
  const uses: ClientUse[] = ['operation'];
  const { maxTimeMS = 0 } = operation.options ?? {};
  const bounded = maxTimeMS > 0 && maxTimeMS <= (config?.socketTimeoutMS ?? 0);
  if (queries.has(command) && !bounded) uses.push('query');
  const inTransaction = operation.session?.inTransaction?.() === true;
  const acknowledged = operation.writeConcern?.w !== 0;
  if (retryable && operation.canRetryWrite !== false && !inTransaction && acknowledged)
    uses.push('retryable write');
  return uses;
}

/** A client that never connects is not used either. */
function publishOnce(client: DriverClient, life: ClientLife, use: ClientUse, site: Site | undefined): void {
  if (!isConnected(client, life)) {
    life.early ??= new Map();
    if (!life.early.has(use)) life.early.set(use, site);
    return;
  }
  if (!life.unpublished.has(use) || (use === 'retryable write' && !retriesWrites(client))) return;
  life.unpublished.delete(use);
  if (life.unpublished.size === 0) armed.clients -= 1;
  publishUse(client, life, use, site);
}

export function publishUse(client: DriverClient, life: ClientLife, use: ClientUse, site?: Site): void {
  const { config, site: madeAt } = life;
  if (config === undefined) return;
  const sessionTimeoutMinutes = client.topology?.logicalSessionTimeoutMinutes ?? undefined;
  guardOf(client).publish({ type: 'client.used', use, config, sessionTimeoutMinutes, madeAt, site });
}

/** Called after the client has connected. */
export function publishEarlyUses(client: DriverClient, life: ClientLife): void {
  const { early } = life;
  life.early = undefined;
  for (const [use, site] of early ?? []) publishOnce(client, life, use, site);
}

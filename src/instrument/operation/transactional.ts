import type { OperationKind } from '../../session/events.ts';
import { classify } from './classify.ts';
import type { DriverOperation } from '../driver/driver-types.ts';
import { namespaceOf } from './namespace.ts';

type Stage = Readonly<Record<string, unknown>>;

const kinds: ReadonlySet<OperationKind> = new Set(['read', 'write', 'batch']);

/** Of the operations that run others (up to driver 6.10) only these write; the rest lists indexes and collections. */
const bulkWrites = new Set(['BulkWriteOperation', 'BulkWriteShimOperation', 'InsertManyOperation']);

/** The server refuses these in a transaction, and with them the whole transaction. */
const refusedStages = new Set([
  '$changeStream',
  '$collStats',
  '$currentOp',
  '$indexStats',
  '$listLocalSessions',
  '$listSearchIndexes',
  '$listSessions',
  '$merge',
  '$out',
  '$planCacheStats',
  '$search',
  '$searchMeta',
  '$unionWith',
  '$vectorSearch',
]);

/** True for the reads and writes that a transaction accepts, and so what can be missing from it. */
export function isTransactional(operation: DriverOperation): boolean {
  const { kind } = classify(operation);
  if (kind === 'composite') return bulkWrites.has(operation.constructor.name);
  if (!kinds.has(kind)) return false;
  return !isRefused(operation) && !isRefusedPlace(namespaceOf(operation, kind), kind);
}

function isRefused({ explain, command, options, pipeline }: DriverOperation): boolean {
  if (explain !== undefined || Boolean(command?.['explain'])) return true;
  if (options?.tailable === true || command?.['tailable'] === true) return true;
  return hasRefusedStage(pipeline ?? command?.['pipeline']);
}

/** Also in the pipelines inside of stages. */
function hasRefusedStage(pipeline: unknown): boolean {
  return Array.isArray(pipeline) && pipeline.some(stage => isStage(stage) && isRefusedStage(stage));
}

function isRefusedStage(stage: Stage): boolean {
  return Object.entries(stage).some(([name, value]) => {
    if (refusedStages.has(name)) return true;
    if (!isStage(value)) return false;
    if (name === '$lookup') return hasRefusedStage(value['pipeline']);
    return name === '$facet' && Object.values(value).some(hasRefusedStage);
  });
}

function isStage(value: unknown): value is Stage {
  return typeof value === 'object' && value !== null;
}

/** What is the server's own: two databases, and the system collections of all others. */
function isRefusedPlace(namespace: string | undefined, kind: OperationKind): boolean {
  if (namespace === undefined) return false;
  if (/^(?:config|local)\./.test(namespace)) return true;
  const [, system] = /^[^.]+\.system\.(.+)$/.exec(namespace) ?? [];
  return system !== undefined && (kind !== 'read' || system === 'views' || system === 'profile');
}

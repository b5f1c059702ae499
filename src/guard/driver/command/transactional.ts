import type { OperationKind } from '../../events/events.ts';
import { classify, namespaceOf } from './classify.ts';
import { optionsGivenTo } from './cursor-options.ts';
import type { DriverOperation } from '../copies/driver-types.ts';

type Stage = Readonly<Record<string, unknown>>;

const kinds: ReadonlySet<OperationKind> = new Set(['read', 'write', 'batch']);

/** Of the operations that run others (up to driver 6.18), only these write; the others list indexes and collections. */
const bulkWrites = new Set(['BulkWriteOperation', 'BulkWriteShimOperation', 'InsertManyOperation']);

/** The server refuses these in a transaction, and aborts the transaction. */
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

/** True for the reads and writes that a transaction accepts: only these can be missing from it. */
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

/** True for namespaces of the server itself: two databases, and the system collections of all others. */
function isRefusedPlace(namespace: string | undefined, kind: OperationKind): boolean {
  if (namespace === undefined) return false;
  if (/^(?:config|local)\./.test(namespace)) return true;
  const [, system] = /^[^.]+\.system\.(.+)$/.exec(namespace) ?? [];
  return system !== undefined && (kind !== 'read' || system === 'views' || system === 'profile');
}

/** True for `session: null`: the caller wants the operation outside of any transaction. */
export function hasOptedOut({ options, session }: DriverOperation): boolean {
  if (saysNone(options)) return true;
  // The operation of a cursor has the session that the cursor has made.
  const owner = session?.owner;
  return typeof owner === 'object' && optionsGivenTo(owner).some(saysNone);
}

export function saysNone(options: unknown): boolean {
  return typeof options === 'object' && options !== null && 'session' in options && options.session === null;
}

/** The mode of a read preference, which is a text or an object of the driver. */
export function modeOf(preference: unknown): string | undefined {
  if (typeof preference === 'string') return preference;
  if (typeof preference !== 'object' || preference === null || !('mode' in preference)) return undefined;
  return typeof preference.mode === 'string' ? preference.mode : undefined;
}

/** The read preference because of which the driver refuses a read in a transaction. Writes always have `primary`. */
export function refusedPreference({ readPreference }: DriverOperation): string | undefined {
  const mode = modeOf(readPreference);
  return mode === 'primary' ? undefined : mode;
}

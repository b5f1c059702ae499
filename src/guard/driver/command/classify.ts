import { commandKinds } from '../../events/operation.ts';
import type { OperationKind, TailKind } from '../../events/events.ts';
import type { DriverOperation } from '../copies/driver-types.ts';

/** The facts about an operation that depend only on its class; looked up once per class. */
interface OperationClass {
  readonly command: string;
  readonly kind: OperationKind;
  /** The driver may send it again, unless the instance has an option that forbids it. */
  readonly retryable: boolean;
}

/** Up to 6.3 operations have no `commandName`: these are the names by class. */
const commandByClass: Readonly<Record<string, string>> = {
  FindAndModifyOperation: 'findAndModify',
  FindOneAndDeleteOperation: 'findAndModify',
  FindOneAndReplaceOperation: 'findAndModify',
  FindOneAndUpdateOperation: 'findAndModify',
  InsertOneOperation: 'insert',
  UpdateOneOperation: 'update',
  UpdateManyOperation: 'update',
  ReplaceOneOperation: 'update',
  DeleteOneOperation: 'delete',
  DeleteManyOperation: 'delete',
  CountDocumentsOperation: 'aggregate',
  EstimatedDocumentCountOperation: 'count',
  CreateCollectionOperation: 'create',
  DropCollectionOperation: 'drop',
  RenameOperation: 'renameCollection',
  CreateIndexOperation: 'createIndexes',
  EnsureIndexOperation: 'createIndexes',
  DropIndexOperation: 'dropIndexes',
  ProfilingLevelOperation: 'profile',
  SetProfilingLevelOperation: 'profile',
  RemoveUserOperation: 'dropUser',
  ValidateCollectionOperation: 'validate',
};

/** Operations that send their command themselves, without the base class of commands. */
const plain = new Set([
  'GetMoreOperation',
  'KillCursorsOperation',
  'RunCommandOperation',
  'RunAdminCommandOperation',
]);

/**
 * Up to 6.18 some operations (BulkWriteOperation, IndexesOperation, …) run others on the same session: they have no turn and
 * are not a command themselves. Their classes do not extend `CommandOperation`.
 */
function isComposite(operation: DriverOperation): boolean {
  const { execute, executeCommand } = operation;
  return execute !== undefined && executeCommand === undefined && !plain.has(operation.constructor.name);
}

/** Sent by bulk writes; single writes have other classes. */
const batches = new Set([
  'InsertOperation',
  'UpdateOperation',
  'DeleteOperation',
  'ClientBulkWriteOperation',
]);

const classes = new WeakMap<object, OperationClass>();

function classOf(operation: DriverOperation): OperationClass {
  const { constructor } = operation;
  const known = classes.get(constructor);
  if (known !== undefined) return known;
  const { name } = constructor;
  const command =
    operation.commandName ?? commandByClass[name] ?? lowerFirst(name.replace(/(Shim)?Operation$/, ''));
  const kind = isComposite(operation)
    ? 'composite'
    : batches.has(name)
      ? 'batch'
      : (commandKinds[command] ?? 'command');
  const made: OperationClass = { command, kind, retryable: isRetryableWrite(constructor, kind) };
  classes.set(constructor, made);
  return made;
}

/** The driver marks its classes with private symbols, which are recognised by their descriptions. */
function isRetryableWrite(constructor: object, kind: OperationKind): boolean {
  if (kind !== 'write' && kind !== 'batch') return false;
  const aspects =
    'aspects' in constructor && constructor.aspects instanceof Set ? [...constructor.aspects] : [];
  return aspects.some(aspect => typeof aspect === 'symbol' && aspect.description === 'RETRYABLE');
}

/** The command and the kind of an operation; for `runCommand` those of its command document. */
export function classify(operation: DriverOperation): OperationClass {
  const known = classOf(operation);
  if (
    operation.command !== undefined &&
    (known.command === 'runCommand' || known.command.startsWith('run'))
  ) {
    const command = Object.keys(operation.command)[0] ?? known.command;
    return { command, kind: commandKinds[command] ?? 'command', retryable: false };
  }
  if (known.command === 'aggregate' && writes(operation))
    return { command: 'aggregate', kind: 'command', retryable: false };
  return known;
}

/** The stages that write; a transaction refuses both. */
function writes(operation: DriverOperation): boolean {
  return writingStage(operation.pipeline) !== undefined;
}

/** The writing stage of a pipeline, which can only be its last one. */
export function writingStage(pipeline: unknown): '$out' | '$merge' | undefined {
  const last: unknown = Array.isArray(pipeline) ? pipeline.at(-1) : undefined;
  if (typeof last !== 'object' || last === null) return undefined;
  if ('$out' in last) return '$out';
  return '$merge' in last ? '$merge' : undefined;
}

/** True if this operation opens a stream that waits for data without end. */
export function opensTail(operation: DriverOperation): TailKind | undefined {
  const first = operation.pipeline?.[0];
  if (first !== undefined && '$changeStream' in first) return 'change stream';
  return operation.options?.tailable === true ? 'tailable cursor' : undefined;
}

function lowerFirst(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1);
}

/** `database.collection`, or undefined for commands of a database or of the server. */
export function namespaceOf(operation: DriverOperation, kind: OperationKind): string | undefined {
  const { ns, command, collection } = operation;
  if (ns === undefined) return undefined;
  if (collection?.namespace !== undefined) return collection.namespace;
  if (ns.collection !== undefined && !ns.collection.startsWith('$cmd')) return `${ns.db}.${ns.collection}`;
  if (kind === 'command' && typeof operation.name === 'string') return `${ns.db}.${operation.name}`;
  // An aggregation is a command of the database; its collection stands beside.
  if (typeof operation.target === 'string') return `${ns.db}.${operation.target}`;
  // The first value of an unknown command may be anything, such as a user's name.
  if (kind === 'command' || command === undefined) return undefined;
  const [target] = Object.values(command);
  return typeof target === 'string' ? `${ns.db}.${target}` : undefined;
}

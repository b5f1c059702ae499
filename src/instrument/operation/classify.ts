import { commandKinds } from '../../session/command-kinds.ts';
import type { OperationKind, TailKind } from '../../session/events.ts';
import type { DriverOperation } from '../driver/driver-types.ts';

/** What is known of an operation by its class: looked up once per class. */
interface OperationClass {
  readonly command: string;
  readonly kind: OperationKind;
  /** The driver may send it again, if nothing in the instance speaks against it. */
  readonly retryable: boolean;
}

/** Before 6.7 operations have no `commandName`: these are the names by class. */
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
};

/** Operations that send their command by themselves, without the base class of commands. */
const plain = new Set([
  'GetMoreOperation',
  'KillCursorsOperation',
  'RunCommandOperation',
  'RunAdminCommandOperation',
]);

/**
 * Up to 6.10 some operations (BulkWriteOperation, IndexesOperation, …) run others on the same session: they hold no turn
 * and are no command of their own. They are those that do not descend from `CommandOperation`.
 */
function isComposite(operation: DriverOperation): boolean {
  const { execute, executeCommand } = operation;
  return execute !== undefined && executeCommand === undefined && !plain.has(operation.constructor.name);
}

/** A bulk write sends these; single writes have classes of their own. */
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

/** The driver marks its classes with symbols of its own, which only their descriptions tell. */
function isRetryableWrite(constructor: object, kind: OperationKind): boolean {
  if (kind !== 'write' && kind !== 'batch') return false;
  const aspects =
    'aspects' in constructor && constructor.aspects instanceof Set ? [...constructor.aspects] : [];
  return aspects.some(aspect => typeof aspect === 'symbol' && aspect.description === 'RETRYABLE');
}

/** The command and the kind of an operation; for `runCommand` those of the command it was given. */
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

/** `$out` and `$merge` write; a transaction refuses both. */
function writes(operation: DriverOperation): boolean {
  return writingStage(operation.pipeline) !== undefined;
}

/** The stage of a pipeline that writes: it can only be the last one. */
export function writingStage(pipeline: unknown): '$out' | '$merge' | undefined {
  const last: unknown = Array.isArray(pipeline) ? pipeline.at(-1) : undefined;
  if (typeof last !== 'object' || last === null) return undefined;
  if ('$out' in last) return '$out';
  return '$merge' in last ? '$merge' : undefined;
}

/** The answer of this operation opens a stream that waits for data without end. */
export function opensTail(operation: DriverOperation): TailKind | undefined {
  const first = operation.pipeline?.[0];
  if (first !== undefined && '$changeStream' in first) return 'change stream';
  return operation.options?.tailable === true ? 'tailable cursor' : undefined;
}

function lowerFirst(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1);
}

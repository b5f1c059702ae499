import { processWide } from '../../../platform/process-wide.ts';
import { buildsOn } from '../../runtime/process/libraries.ts';
import type { DriverClient, DriverCursor, DriverOperation, DriverSession } from '../copies/driver-types.ts';
import { classify, namespaceOf } from './classify.ts';
import { optionsGivenTo } from './cursor-options.ts';

/** Under this symbol, a session that the driver has made for one operation refers to that operation. */
const operationOf = Symbol('operation');

interface Tagged extends DriverSession {
  [operationOf]?: DriverOperation | undefined;
}

/** The operation that was just given to the driver, which makes a session for it before the first wait. */
let handedOver: DriverOperation | undefined;

/** Calls the driver's own function for an operation without a session. */
export function handOver<T>(operation: DriverOperation, run: () => T): T {
  handedOver = operation;
  try {
    return run();
  } finally {
    handedOver = undefined;
  }
}

/** The driver has made a session for itself. */
export function tagImplicit(session: Tagged): void {
  if (handedOver === undefined) return;
  session[operationOf] = handedOver;
  handedOver = undefined;
}

/** The commands with which the guard itself asks whether a server answers. */
const probes = processWide('probes', () => new WeakSet<object>());

/** A ping that is not work of the program: nothing waits for its end. */
export function probeCommand(): { readonly ping: 1 } {
  const command = { ping: 1 } as const;
  probes.add(command);
  return command;
}

export function isProbe(session: Tagged): boolean {
  const command: unknown = session[operationOf]?.command;
  return typeof command === 'object' && command !== null && probes.has(command);
}

/** The purpose of a session of the driver itself, in the words of a message. */
export function describeImplicit(client: DriverClient, session: Tagged): string {
  const { owner } = session;
  if (typeof owner === 'object') return describeCursor(owner);
  const operation = session[operationOf];
  // It waited for the client to connect, so the operation was not known when its session was made.
  if (operation === undefined) return 'an operation begun before the client had connected';
  const { command, kind } = classify(operation);
  return named(client, command, namespaceOf(operation, kind));
}

const commandsOfCursors: Readonly<Record<string, string>> = {
  FindCursor: 'find',
  AggregationCursor: 'aggregate',
  ListCollectionsCursor: 'listCollections',
  ListIndexesCursor: 'listIndexes',
  ListSearchIndexesCursor: 'listSearchIndexes',
  RunCommandCursor: 'runCommand',
  ChangeStreamCursor: 'change stream',
};

function describeCursor(cursor: DriverCursor): string {
  const { name } = cursor.constructor;
  const known = commandsOfCursors[name] ?? name;
  // The cursor of a change stream is also tailable.
  const command = name !== 'ChangeStreamCursor' && isTailable(cursor) ? 'tailable cursor' : known;
  return cursor.namespace == null ? command : `${command} on ${String(cursor.namespace)}`;
}

function named(client: DriverClient, command: string, namespace: string | undefined): string {
  const what = namespace === undefined ? command : `${command} on ${namespace}`;
  if (command !== 'create' && command !== 'createIndexes') return what;
  if (namespace === undefined || !buildsOn(client).has(namespace)) return what;
  return command === 'create'
    ? `createCollection on ${namespace} by mongoose's autoCreate (await Model.init())`
    : `createIndexes on ${namespace} by mongoose's autoIndex (await Model.init())`;
}

/** A cursor that waits for data without end. */
export function isTail(cursor: DriverCursor): boolean {
  return cursor.constructor.name === 'ChangeStreamCursor' || isTailable(cursor);
}

/** Up to 6.10 what a find was given is not among the options of its cursor. */
function isTailable(cursor: DriverCursor): boolean {
  return cursor.cursorOptions?.tailable === true || optionsGivenTo(cursor).some(saysTailable);
}

function saysTailable(options: unknown): boolean {
  return (
    typeof options === 'object' && options !== null && 'tailable' in options && options.tailable === true
  );
}

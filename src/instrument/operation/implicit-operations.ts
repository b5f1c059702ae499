import { buildsOn } from '../../guard/background-builds.ts';
import type { DriverClient, DriverCursor, DriverOperation, DriverSession } from '../driver/driver-types.ts';
import { classify } from './classify.ts';
import { namespaceOf } from './namespace.ts';

/** Under this symbol a session that the driver has made for one operation has that operation: one write for each. */
const operationOf = Symbol('operation');

interface Tagged extends DriverSession {
  [operationOf]?: DriverOperation | undefined;
}

/** The operation that is being handed to the driver, which makes a session for it before it first waits. */
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

/** What a session of the driver's own is for, as a person would name it. */
export function describeImplicit(client: DriverClient, session: Tagged): string {
  const { owner } = session;
  if (typeof owner === 'object') return describeCursor(owner);
  const operation = session[operationOf];
  // It had to wait for the client to connect, and was not at hand when its session was made.
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
  // The cursor of a change stream is tailable, too.
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

function isTailable(cursor: DriverCursor): boolean {
  return optionsOf(cursor)?.tailable === true;
}

/** Before 6.10 or so they stand under a symbol of the driver's. */
function optionsOf(cursor: DriverCursor): DriverCursor['cursorOptions'] {
  if (cursor.cursorOptions !== undefined) return cursor.cursorOptions;
  const symbol = Object.getOwnPropertySymbols(cursor).find(({ description }) => description === 'options');
  return symbol === undefined ? undefined : Reflect.get(cursor, symbol);
}

import type { Attributes } from '@opentelemetry/api';
import type { CommandStartedEvent } from 'mongodb';

/** Commands whose first value is the name of a collection; that of others may be anything, such as a user's name. */
const ofCollection = new Set([
  'find',
  'aggregate',
  'insert',
  'update',
  'delete',
  'findAndModify',
  'count',
  'distinct',
  'mapReduce',
  'create',
  'drop',
  'createIndexes',
  'dropIndexes',
  'listIndexes',
  'collMod',
  'collStats',
  'validate',
  'createSearchIndexes',
  'updateSearchIndex',
  'dropSearchIndex',
  'killCursors',
]);

/** Commands of which nothing may be recorded: they have credentials. */
const sensitive = new Set([
  'authenticate',
  'saslStart',
  'saslContinue',
  'getnonce',
  'createUser',
  'updateUser',
  'copydbgetnonce',
  'copydbsaslstart',
  'copydb',
]);

export function isSensitive({ commandName, command }: CommandStartedEvent): boolean {
  return sensitive.has(commandName) || 'speculativeAuthenticate' in command;
}

/** The attributes that the specification asks for, from the driver's event. */
export function attributesOf(event: CommandStartedEvent): Attributes {
  const { commandName, databaseName, address, connectionId, serverConnectionId, command } = event;
  const collection = collectionOf(event);
  return {
    ...serverOf(address),
    'db.system.name': 'mongodb',
    'db.namespace': databaseName,
    'db.collection.name': collection,
    'db.command.name': commandName,
    'db.query.summary': `${commandName} ${databaseName}${collection === undefined ? '' : `.${collection}`}`,
    'db.mongodb.server_connection_id': numberOf(serverConnectionId),
    'db.mongodb.driver_connection_id': numberOf(connectionId),
    'db.mongodb.lsid': lsidOf(command['lsid']),
    'db.mongodb.txn_number': numberOf(command['txnNumber']),
    ...(commandName === 'getMore' && { 'db.mongodb.cursor_id': cursorOf(command['getMore']) }),
  };
}

function collectionOf({ commandName, databaseName, command }: CommandStartedEvent): string | undefined {
  if (databaseName === 'admin') return undefined;
  const name: unknown = commandName === 'getMore' ? command['collection'] : command[commandName];
  const isKnown = commandName === 'getMore' || ofCollection.has(commandName);
  return isKnown && typeof name === 'string' ? name : undefined;
}

/** `host:port`, `[::1]:27017`, or the path of a socket. */
function serverOf(address: string): Attributes {
  const [, host, port] = /^(.*):(\d+)$/.exec(address) ?? [];
  if (host === undefined) return { 'server.address': address, 'network.transport': 'unix' };
  return {
    'server.address': host.replace(/^\[(.*)\]$/, '$1'),
    'server.port': Number(port),
    'network.transport': 'tcp',
  };
}

/** The cursor of a reply, unless it is exhausted. */
export function cursorIdOf(reply: unknown): number | undefined {
  const cursor: unknown = at(reply, 'cursor');
  return cursorOf(at(cursor, 'id'));
}

function cursorOf(id: unknown): number | undefined {
  const number = numberOf(id);
  return number === 0 ? undefined : number;
}

/** A session's id as the server writes it: a UUID. */
function lsidOf(lsid: unknown): string | undefined {
  const bytes: unknown = at(at(lsid, 'id'), 'buffer');
  if (!(bytes instanceof Uint8Array)) return undefined;
  const hex = Buffer.from(bytes).toString('hex');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5');
}

/** A number, or a `Long`, or a bigint. */
function numberOf(value: unknown): number | undefined {
  if (value === undefined || value === null) return undefined;
  const number = Number(typeof value === 'object' ? String(value) : value);
  return Number.isNaN(number) ? undefined : number;
}

function at(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

import { invalidArgument, type SessionGuardError } from '../../errors/errors.ts';
import { connectionOf } from './client-behind.ts';
import type { MongooseConnection, MongooseInstance } from './mongoose-types.ts';
import { patchMongoose } from './observe-mongoose.ts';

/** The part of a manager that mongoose needs. */
export interface ClientOwner {
  readonly client: object;
  connect(): Promise<unknown>;
}

interface ConnectionWithSetter extends MongooseConnection {
  setClient(client: object): unknown;
}

/**
 * Connects mongoose (its default connection, or the given connection) through the client of a manager, so that both share one
 * pool. The client must come from the copy of the driver that mongoose itself uses (`mongoose.mongo`).
 * @throws SessionGuardError if this is neither mongoose nor one of its connections, and for a client of another copy of the driver,
 * before anything is sent; mongoose's own error for a connection that is connected already
 * @example
 * ```ts
 * import mongoose from 'mongoose';
 * import { ConnectionManager } from 'session-guard';
 * import { connectMongoose } from 'session-guard/mongoose';
 *
 * const guard = ConnectionManager.adopt(new mongoose.mongo.MongoClient(uri));
 * await connectMongoose(mongoose, guard);
 * const Item = mongoose.model('Item', new mongoose.Schema({ sku: String }));
 * await Item.init();
 * await guard.close();
 * ```
 */
export async function connectMongoose(
  mongoose: MongooseConnection | MongooseInstance,
  manager: ClientOwner,
): Promise<void> {
  const connection = connectionOf(mongoose);
  const base = connection?.base;
  patchMongoose(base);
  if (!hasSetter(connection))
    throw invalidArgument('connectMongoose takes mongoose or a connection of mongoose, and a manager.');
  if (!isOfMongoose(base, manager.client)) throw foreignClient();
  await manager.connect();
  connection.setClient(manager.client);
}

/** mongoose asks the same, after the client has connected. */
function isOfMongoose(mongoose: unknown, client: object): boolean {
  const { mongo } = (mongoose ?? {}) as { readonly mongo?: { readonly MongoClient?: unknown } };
  return typeof mongo?.MongoClient !== 'function' || client instanceof mongo.MongoClient;
}

function foreignClient(): SessionGuardError {
  return invalidArgument(
    'connectMongoose: the client of this manager comes from another copy of the driver than the one that mongoose uses. Take ' +
      "mongoose's: ConnectionManager.adopt(new mongoose.mongo.MongoClient(uri)). `npm ls mongodb` shows the copies.",
  );
}

function hasSetter(connection: MongooseConnection): connection is ConnectionWithSetter {
  return typeof connection === 'object' && connection !== null && 'setClient' in connection;
}

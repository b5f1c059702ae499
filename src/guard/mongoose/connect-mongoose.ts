import { invalidArgument } from '../../errors/errors.ts';
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
 * @throws SessionGuardError if this is neither mongoose nor one of its connections, and mongoose's own errors: for a
 * connection that is connected already, or a client of another copy of the driver
 * @example
 * ```ts
 * import mongoose from 'mongoose';
 * import { connectMongoose } from 'session-guard/mongoose';
 *
 * await connectMongoose(mongoose, mongo);
 * const Item = mongoose.model('Item', new mongoose.Schema({ sku: String }));
 * await Item.init();
 * await mongo.withTxn(async session => {
 *   await new Item({ sku: 'tea' }).save({ session });
 * });
 * ```
 */
export async function connectMongoose(
  mongoose: MongooseConnection | MongooseInstance,
  manager: ClientOwner,
): Promise<void> {
  const connection = connectionOf(mongoose);
  patchMongoose(connection?.base);
  if (!hasSetter(connection))
    throw invalidArgument('connectMongoose takes mongoose or a connection of mongoose, and a manager.');
  await manager.connect();
  connection.setClient(manager.client);
}

function hasSetter(connection: MongooseConnection): connection is ConnectionWithSetter {
  return typeof connection === 'object' && connection !== null && 'setClient' in connection;
}

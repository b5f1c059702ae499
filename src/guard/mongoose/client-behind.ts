import { invalidArgument } from '../../errors/errors.ts';
import type { ConnectionInside, MongooseConnection, MongooseInstance } from './mongoose-types.ts';
import { mongooseIn, patchMongoose } from './observe-mongoose.ts';

/** True for mongoose itself and for one of its connections. */
export function isMongooseLike(value: unknown): value is MongooseConnection | MongooseInstance {
  return mongooseIn(value) !== undefined || isConnection(value);
}

/**
 * The client of a mongoose connection, or of mongoose's default connection. From now on this copy of mongoose is observed.
 * @throws SessionGuardError if the connection has no client yet
 */
export function clientBehind(mongoose: MongooseConnection | MongooseInstance): unknown {
  const connection = connectionOf(mongoose);
  patchMongoose(connection.base);
  const client = connection.getClient();
  if (client != null) return client;
  throw invalidArgument(
    'This mongoose connection has no client yet. Call mongoose.connect(uri) before ConnectionManager.adopt, or pass the ' +
      "manager's client to mongoose with connectMongoose of session-guard/mongoose.",
  );
}

/** The connection itself, or the default one of mongoose. */
export function connectionOf(
  mongoose: MongooseConnection | MongooseInstance,
): MongooseConnection & ConnectionInside {
  return 'connection' in mongoose ? mongoose.connection : mongoose;
}

function isConnection(value: unknown): value is MongooseConnection & ConnectionInside {
  return typeof value === 'object' && value !== null && 'getClient' in value && 'setClient' in value;
}

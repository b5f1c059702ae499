import { invalidArgument } from '../../../errors/errors.ts';
import type { SessionBackend } from '../../backend/backend.ts';
import { mongoBackend } from '../../mongodb/mongo-backend.ts';
import type { MongoCollection } from '../../mongodb/server/collection.ts';
import type { RedisClient } from '../../redis/port/port-of.ts';
import { redisBackend } from '../../redis/redis-backend.ts';

/** The storage of sessions: a client of `redis` or `ioredis`, a collection of `mongodb`, or any back end. */
export type SessionStorage = RedisClient | MongoCollection | SessionBackend;

/**
 * The back end for it, with the usual options.
 * @param where the name of the call in messages
 * @throws SessionGuardError ERR_SESSION_GUARD_INVALID_ARGUMENT
 */
export function backendFor(storage: SessionStorage, where: string): SessionBackend {
  if (typeof storage !== 'object' || storage === null) throw unknownStorage(where);
  if ('setUpCommands' in storage) return storage;
  if ('collectionName' in storage) return mongoBackend(storage);
  if ('sendCommand' in storage || 'pipeline' in storage) return redisBackend(storage);
  throw unknownStorage(where);
}

function unknownStorage(where: string): Error {
  return invalidArgument(
    `${where} takes first what the sessions are kept in: a client of redis or ioredis, a collection of mongodb (client.db().collection('sessions')), or a back end such as dynamoBackend(client, { table: 'sessions' }).`,
  );
}

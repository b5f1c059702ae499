export { FastifySessionStore, type FastifySessionStoreOptions } from './fastify-session-store.ts';
export { logIn } from './log-in.ts';
export type { RefreshFailed, SessionEnded, UserChanged } from '../framework/framework-events.ts';
export type { FrameworkStoreOptions } from '../framework/framework-options.ts';
export type { LogInOptions, LogInRequest } from '../framework/log-in-request.ts';
export { fromConnectMongo, type FromConnectMongoOptions } from '../framework/migrate/connect-mongo.ts';
export { fromConnectRedis, type FromConnectRedisOptions } from '../framework/migrate/connect-redis.ts';
export type { MigrateFrom, OldSession } from '../framework/migrate/migrate-from.ts';
export type { UserName } from '../framework/user-name.ts';

export { ExpressSessionStore, type ExpressSessionStoreOptions } from './express-session-store.ts';
export {
  type ExpressSessions,
  expressSessions,
  type ExpressSessionsOptions,
  logIn,
} from './express-sessions.ts';
export type { SessionRequest } from './stand-in.ts';
export type { RecentAuthenticationOptions } from '../log-in/authentication.ts';
export type { RenewalOptions } from '../session/renew-id.ts';
export type { RefreshFailed, SessionEnded, UserChanged } from '../shared/framework-events.ts';
export type { FrameworkStoreOptions } from '../shared/framework-options.ts';
export type { LogInOptions, LogInRequest } from '../log-in/check-log-in.ts';
export { fromConnectMongo, type FromConnectMongoOptions } from '../migrate/connect-mongo.ts';
export { fromConnectRedis, type FromConnectRedisOptions } from '../migrate/connect-redis.ts';
export type { MigrateFrom, OldSession } from '../shared/migrate-from.ts';
export type { UserName } from '../shared/user-name.ts';
export type { StartOptions } from '../start/start.ts';
export type { SessionStorage } from '../start/storage.ts';

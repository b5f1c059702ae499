export { SessionGuardModule } from './session-guard-module.ts';
export type {
  SessionGuardModuleAsyncOptions,
  SessionGuardModuleOptions,
  SessionGuardMongooseOptions,
} from './module-options.ts';
export type { NestRequest } from './request-interceptor.ts';
export type { RequestOptions } from '../request-options.ts';
export { Transactional, type TransactionalOptions } from './transactional.ts';

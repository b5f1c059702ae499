export {
  SessionGuardModule,
  type SessionGuardModuleAsyncOptions,
  type SessionGuardModuleOptions,
  type SessionGuardMongooseOptions,
} from './session-guard-module.ts';
export type { NestRequest } from './request-interceptor.ts';
export type { RequestOptions } from '../request-options.ts';
export { Transactional, type TransactionalOptions } from './transactional.ts';

export { sessionGuard, type SessionGuardPluginOptions } from './session-guard.ts';
export type { RequestOptions } from '../request-options.ts';

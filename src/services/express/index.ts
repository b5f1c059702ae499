export { requestScope, type RequestScopeMiddleware, type ScopedRequest } from './request-scope.ts';
export type { RequestOptions } from '../request-options.ts';

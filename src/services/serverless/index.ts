export { invocation, type InvocationOptions } from './invocation.ts';
export type { RequestOfCall } from './platforms.ts';

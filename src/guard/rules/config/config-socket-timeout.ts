import { defineConfigRule } from '../parts/config-rule.ts';

/** A socket time-out is used as a query limit: it cuts the connection, but the query continues on the server. */
export const configSocketTimeout = defineConfigRule({
  meta: {
    id: 'config-socket-timeout',
    defaults: { minMS: 30_000 },
    messages: {
      short: {
        says: 'socketTimeoutMS is {socketTimeoutMS}: a query that takes longer loses its connection, and continues on the server.',
        fix: 'Limit queries with maxTimeMS (operationTimeoutMS of a manager sets it for all), which the server enforces; leave socketTimeoutMS out, or well above the longest query.',
      },
    },
  },
  used: {
    query({ config: { socketTimeoutMS }, options: { minMS } }) {
      if (socketTimeoutMS <= 0 || socketTimeoutMS >= minMS) return undefined;
      return { messageId: 'short', data: { socketTimeoutMS } };
    },
  },
});

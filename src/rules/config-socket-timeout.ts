import { defineConfigRule } from './parts/config-rule.ts';

/** A socket time-out in the place of a query limit: it cuts the connection, and the server works on. */
export const configSocketTimeout = defineConfigRule({
  meta: {
    id: 'config-socket-timeout',
    defaults: { minMS: 30_000 },
    messages: {
      short: {
        says: 'socketTimeoutMS is {socketTimeoutMS}: a query that takes longer loses its connection, and goes on at the server.',
        fix: 'Limit queries by maxTimeMS, which the server keeps; leave socketTimeoutMS out, or well above the longest query.',
      },
    },
  },
  used: {
    query({ config: { socketTimeoutMS }, options: { minMS = 30_000 } }) {
      if (socketTimeoutMS <= 0 || socketTimeoutMS >= minMS) return undefined;
      return { messageId: 'short', data: { socketTimeoutMS } };
    },
  },
});

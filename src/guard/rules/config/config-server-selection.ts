import { defineConfigRule } from '../parts/config-rule.ts';

/** The wait for a server is shorter than an election, or longer than any caller waits. */
export const configServerSelection = defineConfigRule({
  meta: {
    id: 'config-server-selection',
    defaults: { minMS: 1000, maxMS: 30_000 },
    messages: {
      short: {
        says: 'serverSelectionTimeoutMS is {serverSelectionTimeoutMS}: operations fail at every election of a primary, which takes some seconds.',
        fix: "Leave serverSelectionTimeoutMS out (30000; 15000 with profile 'service' of a manager), or set it above the time of an election, 5000 or more.",
      },
      long: {
        says: 'serverSelectionTimeoutMS is {serverSelectionTimeoutMS}: without a server every operation hangs that long.',
        fix: "Leave serverSelectionTimeoutMS out (30000; 15000 with profile 'service' of a manager), or set it to what a caller can wait for an error.",
      },
      endless: {
        says: 'serverSelectionTimeoutMS is 0: without a server every operation hangs for ever.',
        fix: "Leave serverSelectionTimeoutMS out (30000; 15000 with profile 'service' of a manager), or set it to what a caller can wait for an error.",
      },
    },
  },
  used: {
    operation({ config: { serverSelectionTimeoutMS }, options: { minMS, maxMS } }) {
      if (serverSelectionTimeoutMS === 0) return { messageId: 'endless' };
      const data = { serverSelectionTimeoutMS };
      if (serverSelectionTimeoutMS < minMS) return { messageId: 'short', data };
      return serverSelectionTimeoutMS > maxMS ? { messageId: 'long', data } : undefined;
    },
  },
});

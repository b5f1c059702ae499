import { defineConfigRule } from '../parts/config-rule.ts';

/** Writes are not sent again after an election or a broken connection. */
export const configRetryWrites = defineConfigRule({
  meta: {
    id: 'config-retry-writes',
    defaults: {},
    messages: {
      off: {
        says: 'retryWrites is off: a write that meets an election or a broken connection fails, though the driver could send it again.',
        fix: 'Leave retryWrites out of the options and of the connection string: it is on by default, and never writes twice.',
      },
    },
  },
  used: {
    'retryable write': ({ config }) => (config.retryWrites ? undefined : { messageId: 'off' }),
  },
});

import { defineConfigRule } from '../parts/config-rule.ts';

/** The pool is too small for the number of concurrent operations. */
export const configPoolSize = defineConfigRule({
  meta: {
    id: 'config-pool-size',
    defaults: { minConnections: 5 },
    messages: {
      small: {
        says: 'maxPoolSize is {maxPoolSize}, and operations wait for each other.',
        fix: 'Raise maxPoolSize to the number of operations that run at once, or leave it out: then it is 100, or that of the profile of a manager.',
      },
      reversed: {
        says: 'minPoolSize ({minPoolSize}) is greater than maxPoolSize ({maxPoolSize}): the driver refuses to connect.',
        fix: 'Set minPoolSize to at most maxPoolSize, or leave it out.',
      },
    },
  },
  connecting({ config: { minPoolSize, maxPoolSize } }) {
    if (maxPoolSize === 0 || minPoolSize <= maxPoolSize) return undefined;
    return { messageId: 'reversed', data: { minPoolSize, maxPoolSize } };
  },
  waited({ config: { maxPoolSize }, options: { minConnections } }) {
    return maxPoolSize < minConnections ? { messageId: 'small', data: { maxPoolSize } } : undefined;
  },
});

import { defineConfigRule } from '../parts/config-rule.ts';

/** Operations wait for one of few connections without a limit. */
export const configWaitQueue = defineConfigRule({
  meta: {
    id: 'config-wait-queue',
    defaults: { minConnections: 5 },
    messages: {
      endless: {
        says: 'maxPoolSize is {maxPoolSize}, and operations wait for a connection without a limit: waitQueueTimeoutMS is not set.',
        fix: 'Set waitQueueTimeoutMS (each profile of a manager sets it), so that a stuck operation causes an error instead of a program that hangs; operationTimeoutMS of a manager ends the operations that hold the connections.',
      },
    },
  },
  waited({ config: { maxPoolSize, waitQueueTimeoutMS }, options: { minConnections } }) {
    if (waitQueueTimeoutMS > 0 || maxPoolSize >= minConnections) return undefined;
    return { messageId: 'endless', data: { maxPoolSize } };
  },
});

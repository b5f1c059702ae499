import { type Configured, defineConfigRule } from '../parts/config-rule.ts';

type Time = { readonly maxIdleTimeMS: number; readonly limitMS: number };

/** Idle connections are closed too late, or so early that they are opened again all the time. */
export const configMaxIdleTime = defineConfigRule({
  meta: {
    id: 'config-max-idle-time',
    defaults: { minMS: 10_000, churnMS: 1000 },
    messages: {
      long: {
        says: 'maxIdleTimeMS is {maxIdleTimeMS}, and the server drops idle sessions after {limitMS} ms.',
        fix: 'Set maxIdleTimeMS below the session time-out of the server (30 minutes by default; the profiles of a manager have 1 to 3), or leave it out.',
      },
      short: {
        says: 'maxIdleTimeMS is {maxIdleTimeMS}: connections are closed and opened again (with it below {limitMS}), a handshake each time.',
        fix: 'Set maxIdleTimeMS to a minute or more, as the profiles of a manager do, or leave it out.',
      },
    },
  },
  used: {
    operation(configured) {
      const { churnMS } = configured.options;
      return longer(configured) ?? shorter(configured, churnMS);
    },
    'reopened connection': configured => shorter(configured, configured.options.minMS),
  },
});

function longer({ config: { maxIdleTimeMS }, sessionTimeoutMinutes }: Configured): IdleTimeFault<'long'> {
  if (sessionTimeoutMinutes === undefined) return undefined;
  const limitMS = sessionTimeoutMinutes * 60_000;
  return maxIdleTimeMS > limitMS ? { messageId: 'long', data: { maxIdleTimeMS, limitMS } } : undefined;
}

function shorter({ config: { maxIdleTimeMS } }: Configured, limitMS: number): IdleTimeFault<'short'> {
  if (maxIdleTimeMS === 0 || maxIdleTimeMS >= limitMS) return undefined;
  return { messageId: 'short', data: { maxIdleTimeMS, limitMS } };
}

type IdleTimeFault<M> = { readonly messageId: M; readonly data: Time & Record<string, number> } | undefined;

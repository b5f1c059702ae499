import type { EventOf, EventType, SessionGuardEvent } from '../../../../src/guard/events/events.ts';
import { type Argument, operationArguments, scopeArguments, word } from './sentence.ts';

type Writers = { readonly [T in EventType]?: (event: EventOf<T>) => string };

const uses = {
  operation: 'operation',
  query: 'query',
  'retryable write': 'write',
  'reopened connection': 'reopening',
} as const;

/** What a client does, and what a whole process does. */
const writers: Writers = {
  'client.connecting': ({ client, deploymentKey, scopes, underTest, config: { retryWrites, ...numbers } }) =>
    word('connecting', [
      of(client),
      `deployment=${deploymentKey}`,
      underTest && 'under-test',
      !retryWrites && 'no-retry-writes',
      ...Object.entries(numbers).map(([name, value]) => `${name}=${value}`),
      ...scopeArguments(scopes),
    ]),
  'client.connected': ({ client, sessionTimeoutMinutes }) =>
    word('connected', [
      of(client),
      sessionTimeoutMinutes !== undefined && `session-minutes=${sessionTimeoutMinutes}`,
    ]),
  'client.used': ({ client, use }) => word('use', [uses[use], of(client)]),
  'pool.waited': ({ client, waitedMS, timedOut, waiting }) =>
    word('pool-waited', [
      `${Math.round(waitedMS)}ms`,
      timedOut && 'timed-out',
      `waiting=${waiting}`,
      of(client),
    ]),
  'network.unlabelled': ({ client, label, added }) =>
    word('unlabelled', [
      label === 'RetryableWriteError' ? 'write' : 'transaction',
      added && 'added',
      of(client),
    ]),
  'client.closing': ({ client, work: { callbacks, fromInside }, scopes }) =>
    word('closing-client', [
      of(client),
      `callbacks=${callbacks}`,
      fromInside && 'from-inside',
      ...scopeArguments(scopes),
    ]),
  'client.closed': ({ client, cutOff, afterMS }) =>
    word('closed-client', [of(client), cutOff.length > 0 && 'cut-off', `after=${Math.round(afterMS)}ms`]),
  'client.usedAfterClose': ({ client, operation }) =>
    word('use-after-close', [...operationArguments(operation), of(client)]),
  'clock.ticked': ({ client }) => word('tick', [of(client)]),
  'scope.left': ({ scope, newest }) =>
    word('leave', [`scope=${scope}`, newest !== undefined && `newest=${newest}`]),
};

function of(client: number): Argument {
  return `client=${client}`;
}

export function wordOfClient(event: SessionGuardEvent): string {
  const write = writers[event.type] as ((event: SessionGuardEvent) => string) | undefined;
  return write?.(event) ?? '';
}

import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, onTestFinished } from 'vitest';
import {
  type AuditEvent,
  type SessionStore,
  sessionStore,
  type SessionStoreOptions,
} from '../../../../src/store/index.ts';
import { backends, type OpenBackend } from '../../frameworks/support/backends.ts';

export const secretUser = 'anna-the-user-who-is-in-no-event';
export const keys = { tag: [randomBytes(32)] };

/** What an event says, without its time. */
export function heard(sessions: Pick<SessionStore<object>, 'onAudit'>): AuditEvent[] {
  const events: AuditEvent[] = [];
  onTestFinished(sessions.onAudit(event => events.push(event)));
  return events;
}

export const shown = (events: readonly AuditEvent[]) =>
  events.map(({ at: _at, store: _store, ...said }) => said);

type Open = (options?: Partial<SessionStoreOptions>) => SessionStore<object>;

/** On one server for all tests of a block. */
export function storesOn(name: string): Open {
  let open: OpenBackend | undefined;
  beforeAll(async () => {
    open = await backends[name]?.();
  });
  afterAll(() => open?.close());
  return options => {
    if (open === undefined) throw new Error(`there is no back end '${name}'`);
    return sessionStore<object>(open.backend, { keys, timeoutMS: 60_000, ...options });
  };
}

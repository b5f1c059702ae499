import { randomBytes } from 'node:crypto';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { SessionBackend } from '../../../src/store/backend/backend.ts';
import { isAlias } from '../../../src/store/backend/life.ts';
import { memoryBackend, sessionStore } from '../../../src/store/index.ts';
import { Browser } from './support/browser.ts';
import { type Framework, frameworks } from './support/ground.ts';
import { routes } from './support/routes.ts';

/**
 * MongoDB and DynamoDB set the revocation mark first and remove the sessions then. A log-in that reads the mark in between is
 * admitted, and the removal that follows takes the alias of the session, which is not written yet.
 */
function sweptAfterMark(): SessionBackend {
  const backend = memoryBackend();
  const insert = backend.insert.bind(backend);
  backend.insert = async (session, call) => {
    const inserted = await insert(session, call);
    if (inserted.outcome === 'created' && isAlias(inserted.header))
      await backend.remove(session, 'always', call);
    return inserted;
  };
  return backend;
}

describe.each(Object.keys(frameworks) as Framework[])('%s', framework => {
  test('a log-in whose alias a log-out everywhere has removed is refused, and leaves no session of the user', async () => {
    const sessions = sessionStore<object>(sweptAfterMark(), {
      keys: { tag: [randomBytes(32)] },
    });
    const app = await frameworks[framework]({
      sessions,
      store: { userOf: (session: { user?: string }) => session.user },
      routes: {
        ...routes,
        '/log-in': async visit => {
          await visit.regenerate();
          visit.session['user'] = 'anna';
          await visit.save();
        },
      },
    });
    onTestFinished(() => app.close());
    const browser = new Browser(app.url);
    const { status, body } = await browser.get('/log-in');
    expect([status, body]).toEqual([500, 'ERR_SESSION_GUARD_STORE_LOG_IN_REFUSED']);
    expect((await browser.get('/')).body).toEqual({});
    expect(await sessions.list('anna')).toEqual([]);
  });
});

import { expect, test } from 'vitest';
import { ExpressSessionStore } from '../../../../src/store/frameworks/express-session/index.ts';
import { memoryBackend, sessionStore } from '../../../../src/store/index.ts';

const keys = { tag: ['a secret for tests of at least 32 bytes'] };

test.each(['a text', 5, true, Symbol('one'), null, undefined])(
  'what is no object cannot be saved as a session: %s',
  async data => {
    const store = new ExpressSessionStore(sessionStore(memoryBackend(), { keys }));
    const error = await new Promise(resolve => {
      store.set('an id', data as never, resolve);
    });
    expect(error).toMatchObject({
      code: 'ERR_SESSION_GUARD_INVALID_ARGUMENT',
      message: 'A session that is to be saved must be an object.',
    });
  },
);

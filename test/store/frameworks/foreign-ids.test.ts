import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { ExpressSessionStore } from '../../../src/store/frameworks/express-session/index.ts';
import { FastifySessionStore } from '../../../src/store/frameworks/fastify-session/index.ts';
import { memoryBackend, sessionStore } from '../../../src/store/index.ts';

const sessions = sessionStore<object>(memoryBackend(), { keys: { tag: [randomBytes(32)] } });
const stores = [new ExpressSessionStore(sessions), new FastifySessionStore(sessions)];

/** What cookie-parser makes of cookies that begin with `j:`, which anybody can send, and other things that are not text. */
const ids: readonly unknown[] = [[], ['a'], {}, { id: 'a' }, 5, true, null, undefined, '', 'x'.repeat(257)];

test.each(stores)(
  'an id that is not a text of a usual length gives no session, and no error: $constructor.name',
  async store => {
    for (const id of ids) {
      const found = await new Promise((resolve, reject) => {
        store.get(id as string, (error, session) => (error ? reject(error) : resolve(session)));
      });
      expect(found).toBeNull();
      await new Promise<void>((resolve, reject) => {
        store.destroy(id as string, error => (error ? reject(error) : resolve()));
      });
    }
  },
);

import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { ExpressSessionStore } from '../../../src/store/frameworks/express-session/index.ts';
import { memoryBackend, sessionStore } from '../../../src/store/index.ts';

test('a `touchAfterSeconds` with which no expiry ever moves is refused', () => {
  const sessions = sessionStore<object>(memoryBackend(), { keys: { tag: [randomBytes(32)] } });
  expect(() => new ExpressSessionStore(sessions, { touchAfterSeconds: 2_592_000 })).toThrow(
    /must be less than the absoluteSeconds of the store \(2592000\)/,
  );
});

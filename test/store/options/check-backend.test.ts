import { expect, test } from 'vitest';
import { codes } from '../../../src/errors/codes.ts';
import { memoryBackend, type SessionBackend, sessionStore } from '../../../src/store/index.ts';

const keys = { tag: ['a secret of at least 32 random bytes'] };

test.each([[undefined], [{}], [memoryBackend], ['redis']])(
  '%s is refused in the place of a back end',
  given => {
    expect(() => sessionStore(given as unknown as SessionBackend, { keys })).toThrow(
      expect.objectContaining({
        code: codes.invalidArgument,
        message: expect.stringContaining('redisBackend(client)') as string,
      }),
    );
  },
);

test('The error about an incomplete back end names the missing method.', () => {
  const lacking: Partial<SessionBackend> = memoryBackend();
  const whole = Object.assign(Object.create(lacking) as Partial<SessionBackend>, { endAll: undefined });
  expect(() => sessionStore(whole as unknown as SessionBackend, { keys })).toThrow('lacks endAll.');
});

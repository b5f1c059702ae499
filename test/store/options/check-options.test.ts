import { expect, test } from 'vitest';
import { codes } from '../../../src/errors/codes.ts';
import { memoryBackend, sessionStore } from '../../../src/store/index.ts';
import { checkStoreOptions } from '../../../src/store/options/check-options.ts';

const secret = 'a secret of at least 32 random bytes';
const keys = { tag: [secret] };
const twice = [
  { id: 'a', key: secret },
  { id: 'a', key: `${secret}, another one` },
];

function refusal(options: unknown): unknown {
  try {
    return sessionStore(memoryBackend(), options as never);
  } catch (error) {
    return error;
  }
}

test.each([
  [undefined, 'needs options'],
  [{}, 'needs keys'],
  [{ keys: {} }, 'keys.tag of sessionStore must be a list'],
  [{ keys: { tag: [] } }, 'at least one secret'],
  [{ keys: { tag: ['too short'] } }, 'keys.tag[0] of sessionStore has 9 bytes'],
  [{ keys: { tag: [secret, 5] } }, 'keys.tag[1] of sessionStore must be a string or bytes'],
  [{ keys: { tag: [secret], data: {} } }, 'keys.data of sessionStore must be a list'],
  [{ keys: { tag: [secret], data: [{ key: secret }] } }, 'keys.data[0].id'],
  [{ keys: { tag: [secret], data: [{ id: 'a:b', key: secret }] } }, 'keys.data[0].id'],
  [{ keys: { tag: [secret], data: [{ id: 'a', key: 'short' }] } }, 'keys.data[0].key'],
  [{ keys: { tag: [secret], data: twice } }, "the id 'a' twice"],
  [{ keys, encrypt: true }, 'encrypt needs keys.data'],
  [{ keys, idleSeconds: 0 }, "'idleSeconds'"],
  [{ keys, idleSeconds: Number.NaN }, "'idleSeconds'"],
  [{ keys, idleSeconds: '1800' }, "at most 3153600000, not '1800'"],
  [{ keys, idleSeconds: Number.POSITIVE_INFINITY }, "'idleSeconds'"],
  [{ keys, refreshEverySeconds: -1 }, "'refreshEverySeconds'"],
  [{ keys, idleSeconds: 100, refreshEverySeconds: 100 }, 'must be less than idleSeconds (100)'],
  [{ keys, refreshEverySeconds: 60, refreshBelowSeconds: 60 }, 'or refreshBelowSeconds, not both'],
  [{ keys, refreshBelowSeconds: -1 }, "'refreshBelowSeconds'"],
  [{ keys, idleSeconds: 100, refreshBelowSeconds: 101 }, 'must not be more than idleSeconds (100)'],
  [{ keys, absoluteSeconds: 0 }, "'absoluteSeconds'"],
  [{ keys, absoluteSeconds: Number.MAX_SAFE_INTEGER }, 'more than 0 and at most 3153600000'],
  [{ keys, absoluteSeconds: 100 }, 'must not be less than idleSeconds (1800)'],
  [{ keys, lastSeenEverySeconds: 0 }, "'lastSeenEverySeconds'"],
  [{ keys, maxPerUser: 0 }, "'maxPerUser'"],
  [{ keys, maxPerUser: 1.5 }, "'maxPerUser'"],
  [{ keys, maxBytes: 0 }, "'maxBytes'"],
  [{ keys, encrypt: 1 }, "'encrypt'"],
  [{ keys, coalesce: 'yes' }, "'coalesce'"],
  [{ keys, timeoutMS: 9 }, "'timeoutMS'"],
  [{ keys, timeoutMS: 2 ** 31 }, "'timeoutMS' of sessionStore must be a number of milliseconds, 10 to"],
  [{ keys, updateTimeoutMS: 0 }, "'updateTimeoutMS'"],
  [{ keys, setUp: 0 }, "'setUp'"],
  [{ keys, idleSecond: 5 }, "no option 'idleSecond'. Its options: keys, idleSeconds"],
  [{ keys, constructor: 5 }, "no option 'constructor'"],
])('These options are refused: %o', (options, words) => {
  const error = refusal(options);
  expect(error).toMatchObject({ code: codes.invalidOption, message: expect.stringContaining(words) });
  expect(String(error)).not.toContain(secret);
});

test('The defaults are the documented ones.', () => {
  const { settings, encrypt, coalesce, setUp } = checkStoreOptions({ keys });
  expect({ ...settings, encrypt, coalesce, setUp }).toMatchObject({
    idleMS: 1_800_000,
    refresh: { kind: 'every', everyMS: undefined },
    absoluteMS: 2_592_000_000,
    markLifeMS: 2_592_000_000,
    lastSeenEveryMS: Number.POSITIVE_INFINITY,
    timeoutMS: 2000,
    updateTimeoutMS: 10_000,
    maxPerUser: undefined,
    maxBytes: 1_048_576,
    encrypt: false,
    coalesce: true,
    setUp: true,
  });
});

test('Defaults give way to each other, and a revocation mark lasts for a day at least.', () => {
  const short = checkStoreOptions({ keys, idleSeconds: 60, absoluteSeconds: 60 }).settings;
  expect([short.absoluteMS, short.markLifeMS]).toEqual([60_000, 86_400_000]);
  const long = checkStoreOptions({ keys, idleSeconds: 5_000_000 }).settings;
  expect(long.absoluteMS).toBe(5_000_000_000);
  const below = checkStoreOptions({ keys, idleSeconds: undefined, refreshBelowSeconds: 0 }).settings;
  expect(below.refresh).toEqual({ kind: 'below', belowMS: 0 });
  const every = checkStoreOptions({ keys, refreshEverySeconds: 1.5 }).settings;
  expect(every.refresh).toEqual({ kind: 'every', everyMS: 1500 });
});

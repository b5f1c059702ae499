import { afterEach, expect, test, vi } from 'vitest';
import { codes } from '../../../src/errors/codes.ts';
import { memoryBackend } from '../../../src/store/index.ts';
import { altered, storeOn } from '../support/altered.ts';

const refused = expect.objectContaining({ code: codes.storeLogInRefused });
const minute = 60_000;

afterEach(() => void vi.useRealTimers());

/** An application whose clock is off by so much, and the time of its store. */
function apart(offMS: number) {
  let now = Date.UTC(2030, 0, 1);
  vi.useFakeTimers({ toFake: ['Date'], now: now + offMS });
  const pass = (ms: number) => {
    now += ms;
    vi.setSystemTime(now + offMS);
  };
  return { store: storeOn(memoryBackend({ now: () => now })), pass, storeNow: () => now };
}

test.each([-5 * minute, 0, 5 * minute])(
  'A log-in known by its time is refused rightly by an application whose clock is %i ms off.',
  async offMS => {
    const { store, pass, storeNow } = apart(offMS);
    pass(minute);
    const before = Date.now();
    pass(10);
    await store.destroyAll('u');
    await expect(store.create({}, { user: 'u', authenticatedAt: before })).rejects.toThrow(refused);
    await expect(store.create({}, { user: 'u', authenticatedAt: Date.now() })).rejects.toThrow(refused);
    pass(10);
    const session = await store.create({}, { user: 'u', authenticatedAt: Date.now() });
    expect(session.authenticatedAt).toBe(storeNow());
    expect(await store.get(session.id)).not.toBeNull();
  },
);

test('Where the store is not sure of its time, the log-in is refused within that doubt.', async () => {
  let now = 1_900_000_000_000;
  const doubt = 500;
  const backend = altered(
    inner => ({
      async readRevocationMark(userKey, call) {
        const { mark, earliest, latest } = await inner.readRevocationMark(userKey, call);
        return { mark, earliest: earliest - doubt, latest: latest + doubt };
      },
    }),
    { now: () => now },
  );
  const store = storeOn(backend);
  await store.destroyAll('u');
  now += doubt;
  const authenticatedAt = Date.now();
  await expect(store.create({}, { user: 'u', authenticatedAt })).rejects.toThrow(refused);
  now += minute;
  expect(await store.create({}, { user: 'u', authenticatedAt: Date.now() })).toMatchObject({ user: 'u' });
});

test('A log-in survives JSON, and is refused for secrets in `keys.tag` that it does not know.', async () => {
  const backend = memoryBackend();
  const [store, other] = [
    storeOn(backend),
    storeOn(backend, { keys: { tag: ['another secret of at least 32 bytes'] } }),
  ];
  const login = JSON.parse(JSON.stringify(await store.beginLogIn('u'))) as Awaited<
    ReturnType<typeof store.beginLogIn>
  >;
  await expect(other.create({}, { user: 'u', login })).rejects.toThrow(refused);
  expect(await store.create({}, { user: 'u', login })).toMatchObject({ user: 'u' });
});

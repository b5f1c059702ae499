import { randomBytes } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { FastifySessionStore } from '../../../../src/store/frameworks/fastify-session/index.ts';
import { memoryBackend, sessionStore } from '../../../../src/store/index.ts';

type Data = Parameters<FastifySessionStore['set']>[1];

const newStore = () =>
  new FastifySessionStore(sessionStore(memoryBackend(), { keys: { tag: [randomBytes(32)] } }));

const asked = (store: FastifySessionStore, id: string) =>
  new Promise<Data | null | undefined>((resolve, reject) => {
    store.get(id, (error, found) => (error ? reject(error) : resolve(found)));
  });

test('a job may leave out the callbacks of `set` and `destroy`', async () => {
  const store = newStore();
  const bare = store as unknown as { set(id: string, data: object): void; destroy(id: string): void };
  bare.set('an-id-of-a-job', { cookie: {}, count: 1 });
  await expect.poll(() => asked(store, 'an-id-of-a-job')).toMatchObject({ count: 1 });
  const found = await asked(store, 'an-id-of-a-job');
  if (!found) throw new Error('no session');
  bare.set('an-id-of-a-job', found);
  bare.set('an-id-of-a-job', Object.assign(found, { count: 2 }));
  await expect.poll(() => asked(store, 'an-id-of-a-job')).toMatchObject({ count: 2 });
  bare.destroy('an-id-of-a-job');
  await expect.poll(() => asked(store, 'an-id-of-a-job')).toBeNull();
  await setTimeout(5); // an error in a callback that is not there would be thrown by now
});

test('a value that is not a session gives the callback an error, and never throws', async () => {
  const store = newStore();
  for (const data of [null, undefined, 'text', 7]) {
    const refused = await new Promise(resolve => store.set('an-id-of-a-job', data as never, resolve));
    expect(refused, String(data)).toBeInstanceOf(Error);
  }
});

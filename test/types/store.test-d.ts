import { describe, expectTypeOf, it } from 'vitest';
import {
  memoryBackend,
  type SessionStore,
  sessionStore,
  type SessionStoreOptions,
} from '../../src/store/index.ts';

interface Cart {
  items: string[];
}

declare const options: SessionStoreOptions;
const sessions: SessionStore<Cart> = sessionStore<Cart>(memoryBackend(), options);

describe('sessionStore', () => {
  it('distinguishes a live session and an ended one by `ended`', async () => {
    const session = await sessions.create({ items: [] });
    const result = await sessions.patch(session, { items: ['tea'] });
    if (result.ended) {
      expectTypeOf(result.reason).toEqualTypeOf<'expired' | 'absolute' | 'unknown'>();
      return;
    }
    expectTypeOf(result.data).toEqualTypeOf<Readonly<Cart>>();
  });

  it('knows the fields of the data', async () => {
    const session = await sessions.create({ items: [] });
    // @ts-expect-error: no such field
    await sessions.patch(session, { item: 'tea' });
    expectTypeOf(await sessions.get(session.id)).toEqualTypeOf<Awaited<
      ReturnType<typeof sessions.create>
    > | null>();
  });
});

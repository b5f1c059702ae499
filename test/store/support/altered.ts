import {
  memoryBackend,
  type MemoryClock,
  type SessionBackend,
  sessionStore,
} from '../../../src/store/index.ts';
import type { SessionStoreOptions } from '../../../src/store/index.ts';

export const keys = { tag: ['a secret of at least 32 random bytes'] };

type Own = (inner: SessionBackend) => Partial<SessionBackend>;

/** A memory store with some methods of another kind. */
export function altered(own: Own, clock?: MemoryClock): SessionBackend {
  const inner = memoryBackend(clock);
  const other = own(inner);
  return new Proxy(inner, {
    get(target, name) {
      if (Object.hasOwn(other, name)) return Reflect.get(other, name) as unknown;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}

export function storeOn(backend: SessionBackend, options: Partial<SessionStoreOptions> = {}) {
  // All the time that a busy machine takes.
  return sessionStore(backend, { keys, timeoutMS: 60_000, ...options });
}

/** What a server that nobody reaches answers. */
export function never<R>(): Promise<R> {
  return new Promise(() => {});
}

import type { SessionBackend } from '../../store/backend/backend.ts';

/** The same back end, for which a rotation is done in several steps, as it is where the tag changes. */
export function inSteps(backend: SessionBackend): SessionBackend {
  return new Proxy(backend, {
    get(target, name) {
      if (name === 'rotate') return undefined;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}

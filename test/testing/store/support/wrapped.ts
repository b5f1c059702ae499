import { setImmediate } from 'node:timers/promises';
import { memoryBackend, type MemoryClock, type SessionBackend } from '../../../../src/store/index.ts';

/** A back end with some methods of another one. */
export function wrapped(
  backend: SessionBackend,
  own: { [name in keyof SessionBackend]?: SessionBackend[name] | undefined },
): SessionBackend {
  return new Proxy(backend, {
    get(target, name) {
      if (Object.hasOwn(own, name)) return Reflect.get(own, name) as unknown;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}

/** Some turns of the event loop, as many as chance has it. */
export async function aWhile(): Promise<void> {
  for (let turns = Math.random() * 6; turns > 1; turns -= 1) await setImmediate();
}

/** A memory store whose calls and answers take a while, so that calls that run at once meet in any order. */
export function distantBackend(clock: MemoryClock): SessionBackend {
  const near = memoryBackend(clock);
  return new Proxy(near, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function' || name === 'setUpCommands') return value;
      return async (...values: readonly unknown[]) => {
        await aWhile();
        const answer: unknown = await Reflect.apply(value, target, values);
        await aWhile();
        return answer;
      };
    },
  });
}

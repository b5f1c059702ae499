import { hasMethods, isObject } from '../../platform/options/checks.ts';

type Failed = (error: unknown) => void;

/**
 * Guards the listeners of a signal: what one of them throws, Node would throw again as an uncaught exception, which ends the
 * process in the middle of its stop.
 * @param failed gets what a listener has thrown, and what an async one was rejected with
 */
export function guardListeners(signal: AbortSignal, failed: Failed): void {
  const guarded = new WeakMap<object, (event: unknown) => void>();
  const guard = (listener: unknown) => {
    if (typeof listener !== 'function' && !isObject(listener)) return listener;
    const known = guarded.get(listener) ?? (event => callSafely(listener, signal, event, failed));
    // One listener is one listener, also for Node, which takes none twice, and takes it off again.
    guarded.set(listener, known);
    return known;
  };
  for (const name of ['addEventListener', 'removeEventListener'] as const) {
    const own = signal[name];
    const value = (type: unknown, listener: unknown, ...options: unknown[]) => {
      Reflect.apply(own, signal, [type, guard(listener), ...options]);
    };
    Object.defineProperty(signal, name, { value, writable: true, configurable: true });
  }
  guardHandler(signal, guard);
}

/** The property `onabort`: one listener more. */
function guardHandler(signal: AbortSignal, guard: (listener: unknown) => unknown): void {
  let handler: unknown = null;
  Object.defineProperty(signal, 'onabort', {
    get: () => handler,
    set(value: unknown) {
      handler = value;
      Reflect.set(AbortSignal.prototype, 'onabort', guard(value), signal);
    },
    enumerable: true,
    configurable: true,
  });
}

function callSafely(listener: object, signal: AbortSignal, event: unknown, failed: Failed): void {
  try {
    const [call, self] =
      typeof listener === 'function' ? [listener, signal] : [Reflect.get(listener, 'handleEvent'), listener];
    const result: unknown = Reflect.apply(call, self, [event]);
    if (hasMethods(result, ['then'])) Promise.resolve(result).catch(failed);
  } catch (error) {
    failed(error);
  }
}

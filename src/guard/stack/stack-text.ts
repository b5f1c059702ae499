import type { Site } from '../events/events.ts';

/**
 * The text of a stack. V8 makes it when it is first read, with the program's `Error.prepareStackTrace` if there is one. That
 * function may return the call sites themselves, or throw for an object that is not an error.
 */
export function stackText(holder: { readonly stack?: unknown }): string | undefined {
  try {
    return textOf(holder.stack);
  } catch {
    return withoutHook(holder);
  }
}

function textOf(stack: unknown): string | undefined {
  if (Array.isArray(stack)) return stack.map(site => `    at ${String(site)}`).join('\n');
  return typeof stack === 'string' ? stack : undefined;
}

function withoutHook(holder: { readonly stack?: unknown }): string | undefined {
  // oxlint-disable-next-line typescript/unbound-method -- it is put back, not called
  const { prepareStackTrace } = Error;
  try {
    Reflect.set(Error, 'prepareStackTrace', undefined);
    return textOf(holder.stack);
  } catch {
    return undefined;
  } finally {
    Reflect.set(Error, 'prepareStackTrace', prepareStackTrace);
  }
}

/** Reads the stacks of a place, which then keep only text. */
export function readStack(site: Site | undefined): void {
  for (let link = site; link !== undefined; link = link.via) stackText(link);
}

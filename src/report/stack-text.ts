/**
 * The text of a stack. V8 makes it when it is first read, by the program's `Error.prepareStackTrace` if there is one: that may
 * give the call sites themselves, or fail at what is no error.
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

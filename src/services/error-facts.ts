/** The facts of an error that traces and metrics may have: never its message, which can quote documents. */

/** The code of an error, as text: the server's, or one that says what it is, such as `ERR_SESSION_GUARD_EXPIRED_SESSION`. */
export function codeOf(error: unknown): string | undefined {
  const code = field(error, 'code');
  return typeof code === 'string' ? code : serverCodeOf(error);
}

/** The server's code of an error, as text. Other errors have numbers, too: that of an abort is 20, a code of the server. */
export function serverCodeOf(error: unknown): string | undefined {
  const code = field(error, 'code');
  return typeof code === 'number' && typeOf(error).startsWith('Mongo') ? String(code) : undefined;
}

/** The name of its class. */
export function typeOf(error: unknown): string {
  const name = field(error, 'name');
  return typeof name === 'string' ? name : typeof error;
}

/** The server's name of an error, such as `WriteConflict`. */
export function codeNameOf(error: unknown): string | undefined {
  const name = field(error, 'codeName');
  return typeof name === 'string' ? name : undefined;
}

/** Why something is tried again, in a word: the server's name of the error, or its class. */
export function reasonOf(error: unknown): string {
  return codeNameOf(error) ?? typeOf(error);
}

/** Anything can be thrown, also an object with getters that throw. */
export function field(error: unknown, name: string): unknown {
  try {
    return typeof error === 'object' && error !== null ? Reflect.get(error, name) : undefined;
  } catch {
    return undefined;
  }
}

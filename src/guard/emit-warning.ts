/** A warning that Node prints: `detail` below its message. */
export type Warning = Error & { readonly code: string; readonly detail?: string };

/**
 * Emits a process warning, and never throws: a warning must not reach the call that it is about. Node takes errors of its own
 * realm only, and those of a test runner's are told by their parts.
 */
export function emitWarning(warning: Warning): void {
  try {
    process.emitWarning(warning);
  } catch {
    emitParts(warning);
  }
}

function emitParts({ name, message, code, detail = '' }: Warning): void {
  try {
    process.emitWarning(message, { type: name, code, detail });
  } catch {
    // Somebody has replaced `process.emitWarning`: the finding is still heard by its listeners.
  }
}

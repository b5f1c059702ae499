import type { WarningCode } from '../errors/codes.ts';

const told = new Set<string>();

/** A process warning about the guard itself, once per code and text. Node prints it; `--disable-warning=CODE` silences it. */
export function notice(code: WarningCode, message: string): void {
  const key = `${code} ${message}`;
  if (told.has(key)) return;
  told.add(key);
  process.emitWarning(message, { type: 'SessionGuardWarning', code });
}

/** What may be said of a foreign error in a notice. */
export function nameOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}

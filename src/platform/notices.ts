import type { WarningCode } from '../errors/codes.ts';
import { escapeText } from './escape-text.ts';
import { processWide } from './process-wide.ts';

/** A warning that Node prints: `detail` below its message. */
export type Warning = Error & { readonly code: string; readonly detail?: string };

/**
 * Emits a process warning, and never throws: a warning must not reach the call that it is about. Node accepts only errors of
 * its own realm; for errors of a test runner's realm the parts are passed.
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
    // The program has replaced `process.emitWarning`: listeners still get the finding.
  }
}

const written = processWide('notices written', () => new Set<string>());

type NoticeListener = (code: WarningCode, message: string) => void;

/** Called for each notice, before it is printed. They must not throw. */
export const noticeListeners = processWide('notice listeners', () => new Set<NoticeListener>());

/**
 * A process warning about the guard itself, once per code and text. Node prints it; `--disable-warning=CODE` silences it.
 * @param cause the foreign error behind it, for `process.on('warning')`; only its name is printed, since messages can hold
 *   document content
 */
export function notice(code: WarningCode, message: string, cause?: unknown): void {
  const text = escapeText(
    cause === undefined ? message : `${message} (${nameOf(cause)}; see the cause of this warning)`,
  );
  const key = `${code} ${text}`;
  if (written.has(key)) return;
  written.add(key);
  for (const listener of noticeListeners) listener(code, text);
  emitWarning(Object.assign(new Error(text, { cause }), { name: 'SessionGuardWarning', code }));
}

/** The printable part of a foreign error. */
function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  return 'code' in error && error.code !== undefined ? `${error.name} ${String(error.code)}` : error.name;
}

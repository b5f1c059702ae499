import type { WarningCode } from '../errors/codes.ts';
import { escapeText } from '../report/escape-text.ts';
import { emitWarning } from './emit-warning.ts';
import { processWide } from './process-wide.ts';

const told = processWide('notices told', () => new Set<string>());

type NoticeListener = (code: WarningCode, message: string) => void;

/** Told of each notice, before it is printed. They must not throw. */
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
  if (told.has(key)) return;
  told.add(key);
  for (const listener of noticeListeners) listener(code, text);
  emitWarning(Object.assign(new Error(text, { cause }), { name: 'SessionGuardWarning', code }));
}

/** What may be printed of a foreign error. */
function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  return 'code' in error && error.code !== undefined ? `${error.name} ${String(error.code)}` : error.name;
}

import { type Span, SpanStatusCode } from '@opentelemetry/api';
import { codeNameOf, codeOf, field, typeOf } from '../error-facts.ts';

/** The facts of an error that a span may have. */
interface Described {
  readonly type: string;
  readonly message: string;
  readonly stack: string | undefined;
  readonly code: string | undefined;
}

/**
 * Writes an error on a span, as event and as attributes.
 * @param withMessage false: the message is made of names and numbers, because the error's own may quote documents
 * @param isFailure false for an error after which the work goes on: the span is not marked as failed
 */
export function writeException(span: Span, error: unknown, withMessage: boolean, isFailure: boolean): void {
  const { type, message, stack, code } = describe(error, withMessage);
  span.setAttributes({
    'exception.type': type,
    'exception.message': message,
    ...(stack !== undefined && { 'exception.stacktrace': stack }),
    ...(isFailure && { 'error.type': code ?? type }),
  });
  span.recordException({ name: type, message, ...(stack !== undefined && { stack }) });
  if (isFailure) markFailed(span, error);
}

/** Only the event and the status: for a span that has no attributes of its own. */
export function writeFailure(span: Span, error: unknown, withMessage: boolean): void {
  const { type, message, stack } = describe(error, withMessage);
  span.recordException({ name: type, message, ...(stack !== undefined && { stack }) });
  markFailed(span, error);
}

export function markFailed(span: Span, error: unknown): void {
  const { type, code } = describe(error, false);
  span.setStatus({ code: SpanStatusCode.ERROR, message: code ?? type });
}

function describe(error: unknown, withMessage: boolean): Described {
  const type = typeOf(error);
  const code = codeOf(error);
  const codeName = codeNameOf(error);
  const safe = codeName === undefined ? (code ?? type) : `${codeName} (${code ?? 'no code'})`;
  const message = withMessage && error instanceof Error ? error.message : safe;
  return { type, message, stack: stackOf(error, type, message), code };
}

/** The lines of the calls alone: the text before them repeats the error's message, which may have lines that look like calls. */
function stackOf(error: unknown, type: string, message: string): string | undefined {
  const stack = field(error, 'stack');
  if (typeof stack !== 'string') return undefined;
  const repeated = field(error, 'message');
  const isRepeated = typeof repeated === 'string' && stack.includes(repeated);
  const lines = stack.slice(isRepeated ? stack.indexOf(repeated) + repeated.length : 0).split('\n');
  const calls = lines.slice(lines.findLastIndex(line => !/^\s+at /.test(line)) + 1);
  return [`${type}: ${message}`, ...calls].join('\n');
}

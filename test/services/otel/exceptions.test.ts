import type { Span } from '@opentelemetry/api';
import { expect, test } from 'vitest';
import { writeException } from '../../../src/services/otel/exceptions.ts';

/** The stack that a span of this error gets, without the error's own message. */
function stackFor(error: Error): string {
  const stacks: unknown[] = [];
  const span = {
    setAttributes: (attributes: object) => stacks.push(Object.entries(attributes)),
    recordException: () => undefined,
    setStatus: () => undefined,
  } as unknown as Span;
  writeException(span, error, false, true);
  const [[, stack] = []] = (stacks as [string, string][][]).flatMap(entries =>
    entries.filter(([name]) => name === 'exception.stacktrace'),
  );
  return String(stack);
}

test('a stack has no line of the message, also not one that looks like a call', () => {
  const error = new Error('duplicate: {\n    at secret (document:1:1)\n    at secret (document:2:2)');
  expect(error.stack).toContain('at secret');
  expect(stackFor(error)).not.toContain('secret');
  expect(stackFor(error)).toContain(import.meta.filename);
});

test('a stack whose message was changed afterwards has only the calls', () => {
  const error = new Error('secret');
  error.message = 'another';
  expect(stackFor(error)).not.toContain('secret');
  expect(stackFor(error)).toContain(import.meta.filename);
});

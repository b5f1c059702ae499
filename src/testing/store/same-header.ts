import { deepStrictEqual } from 'node:assert';
import type { SessionHeader } from '../../store/backend/session-record.ts';

/** Compares headers. A back end may give more than a header where it has more at hand. */
export function sameHeader(given: SessionHeader, expected: SessionHeader, message?: string): void {
  deepStrictEqual(headerOf(given), headerOf(expected), message);
}

function headerOf(header: SessionHeader): Omit<SessionHeader, 'fields'> {
  const { fields: _, ...rest } = { fields: undefined, ...header };
  return rest;
}

import type { Place } from '../../stack/place.ts';
import type { Finding } from '../finding.ts';

/** The fields of a finding in a log. The message is not one of them: each logger has its own place for it. */
export interface FindingFields extends Omit<Finding, 'message' | 'place'> {
  readonly type: 'finding';
  readonly place?: Place;
  /** The lines of code around the place; a field of its own, which a pipeline can leave out. */
  readonly codeFrame?: string;
}

export function fieldsOf({ message: _message, place, ...rest }: Finding): FindingFields {
  if (place === undefined) return { type: 'finding', ...rest };
  const { codeFrame, ...where } = place;
  const fields: FindingFields = { type: 'finding', ...rest, place: where };
  return codeFrame === undefined ? fields : { ...fields, codeFrame };
}

/** What a logger that writes JSON adds to each entry, under the names that most of them use. */
export function entryOf(severity: Finding['severity']): {
  readonly time: string;
  readonly level: 'warn' | 'error';
  readonly pid: number;
} {
  return { time: new Date().toISOString(), level: severity, pid: process.pid };
}

/** One line of JSON, for where no logger adds anything. */
export function jsonLine(finding: Finding): string {
  return JSON.stringify({ ...entryOf(finding.severity), msg: finding.message, ...fieldsOf(finding) });
}

/** The line at the end of a process that had findings. */
export function jsonSummary(msg: string, fields: object): string {
  return JSON.stringify({ ...entryOf('warn'), msg, type: 'summary', ...fields });
}

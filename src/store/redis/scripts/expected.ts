import type { Change } from '../../backend/change.ts';
import { fieldsAfter, headerAfter, isOfKnown } from '../../backend/known-write.ts';
import type { Fields, SessionHeader, SessionKey, SessionRecord } from '../../backend/session-record.ts';
import { packed } from '../format/fields.ts';
import { endOfLine } from '../format/header.ts';

/** The session after a write, if it is as the caller knows it. */
export interface Expected {
  /** For `changeArguments`. */
  readonly args: readonly string[];
  /** For each field of the new value `1` if it is a change, `0` if it stays; empty if all are changes. */
  readonly chosen: string;
  /** @param now when it was written */
  readonly after: (now: number) => SessionRecord;
}

/**
 * A script that only compares the version, and stores a text that is known before, is faster than one that merges fields.
 * @returns undefined if the new value is not known before, or if most of it would stay as it is
 */
export function expectedAfter(known: SessionKey | SessionHeader, change: Change): Expected | undefined {
  if (!isOfKnown(known, change)) return undefined;
  const fields = fieldsAfter(known, change);
  if (fields === undefined) return undefined;
  const { set } = change;
  const { version, expiresAt, idleMS, absoluteEnd } = known;
  return {
    args: [
      `1|${version}|${expiresAt}|`,
      String(expiresAt),
      String(idleMS),
      String(absoluteEnd),
      `1|${version + 1}|`,
      `|${endOfLine(known)}\n${packed(fields)}`,
    ],
    chosen: fields.size === set.size ? '' : chosenOf(fields, set),
    after: now => ({ ...headerAfter(known, now), fields }),
  };
}

function chosenOf(fields: Fields, set: Fields): string {
  let chosen = '';
  for (const name of fields.keys()) chosen += set.has(name) ? '1' : '0';
  return chosen;
}

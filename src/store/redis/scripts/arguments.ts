import type { Change } from '../../backend/change.ts';
import type { Fields, NewSession } from '../../backend/session-record.ts';
import { escape, escapeOptional } from '../format/escape.ts';
import { packed } from '../format/fields.ts';
import { successorText } from '../format/header.ts';
import type { Layout } from '../options.ts';
import type { Expected } from './expected.ts';

/** The arguments of a new session, in the order of `born`. Numbers are whole ones. */
export function newSessionArguments(session: NewSession): string[] {
  const { absoluteEnd, successor, authenticatedAt } = session;
  const user = escapeOptional(session.user);
  return [
    `1|${session.version}|`,
    String(session.expiresInMS),
    String('inMS' in absoluteEnd ? absoluteEnd.inMS : absoluteEnd.at),
    'inMS' in absoluteEnd ? 'now' : '',
    String(session.idleMS),
    `|${successor === undefined ? '' : successorText(successor)}|${user}|${escape(session.handle)}|${escape(session.epoch)}|`,
    String(session.createdAt),
    optional(authenticatedAt),
    `|${escapeOptional(session.device)}`,
  ];
}

/** The fields of a new session, as `store_new` takes them. */
export const fieldArguments: Readonly<Record<Layout, (fields: Fields) => readonly string[]>> = {
  string: fields => [packed(fields)],
  hash: fields => {
    const args: string[] = [];
    for (const [name, text] of fields) args.push(escape(name), text);
    return args;
  },
};

/**
 * The beginning that the session is expected to have, its expiry, its idle time and its absolute end, the beginning of its new
 * value, and the rest of that behind the time; or five empty texts, and only the changed fields. Then the plan, and the names
 * to remove.
 */
export function changeArguments(change: Change, expected: Expected | undefined): string[] {
  const start = expected?.args ?? ['', '', '', '', '', `\n${packed(change.set)}`];
  return [...start, planOf(change, expected?.chosen ?? ''), ...change.unset.map(escape)];
}

function planOf(change: Change, chosen: string): string {
  const { successor } = change;
  const to = successor === null ? '-' : successor === undefined ? '' : successorText(successor);
  const times = `${optional(change.ifVersion)}|${optional(change.knownVersion)}|${optional(change.idleMS)}|${optional(change.endsInMS)}`;
  return `${times}|${escapeOptional(change.user)}|${to}|${change.replace ? '1' : '0'}|${change.authenticated ? '1' : '0'}|${chosen}`;
}

function optional(value: number | 'now' | undefined): string {
  return value === undefined ? '' : String(value);
}

import type { Change } from '../../backend/change.ts';
import type { Fields, NewSession } from '../../backend/session-record.ts';
import { escape, escapeOptional } from '../format/escape.ts';
import { directoryAndTexts, entryOf } from '../format/fields.ts';
import { nextText } from '../format/header.ts';
import type { Layout } from '../options.ts';

/** The arguments of a new session, in the order of `born`. */
export function newSessionArguments(session: NewSession): string[] {
  const { absoluteEnd, next, authenticatedAt } = session;
  return [
    session.hash,
    String(session.version),
    String(session.expiresInMS),
    'inMS' in absoluteEnd ? String(absoluteEnd.inMS) : '',
    'at' in absoluteEnd ? String(absoluteEnd.at) : '',
    String(session.idleMS),
    next === undefined ? '' : nextText(next),
    escapeOptional(session.user),
    escape(session.handle),
    escape(session.generation),
    String(session.createdAt),
    optional(authenticatedAt),
    escapeOptional(session.device),
  ];
}

/** The fields of a new session, as `store_new` takes them. */
export const fieldArguments: Readonly<Record<Layout, (fields: Fields) => readonly string[]>> = {
  whole: directoryAndTexts,
  fields: fields => {
    const args: string[] = [];
    for (const [name, text] of fields) args.push(escape(name), text);
    return args;
  },
};

export function changeArguments(hash: string, change: Change): string[] {
  const { next, set, unset } = change;
  const args = [
    hash,
    optional(change.ifVersion),
    optional(change.knownVersion),
    optional(change.idleMS),
    optional(change.endsInMS),
    escapeOptional(change.user),
    next === null ? '-' : next === undefined ? '' : nextText(next),
    change.replace ? '1' : '0',
    change.authenticated ? '1' : '0',
    String(unset.length),
  ];
  for (const name of unset) args.push(escape(name));
  for (const [name, text] of set) args.push(entryOf(name, text), text);
  return args;
}

function optional(value: number | 'now' | undefined): string {
  return value === undefined ? '' : String(value);
}

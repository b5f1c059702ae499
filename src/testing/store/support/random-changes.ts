import { type Change, changeOf } from '../../../store/backend/change.ts';
import type { NewSession, SessionKey, SessionRecord } from '../../../store/backend/session-record.ts';
import type { Random } from './random.ts';
import { aSession } from './samples.ts';

const minute = 60_000;
/** Names and texts that a server could take for a path, an operator, or the end of a text. */
const names = ['a', 'a.b', '$x', '', '__proto__', 'ü€😀', '%41', 'n\u0000l', '0', 'd'] as const;
const texts = ['1', '"$d.x"', '{"a":[]}', '"\\u0000"', '9007199254740993', '"ü€😀"', '""'] as const;
const users = ['$u', 'ü€😀', 'a.b', 'u'] as const;

export function randomSession(random: Random): NewSession {
  const idleMS = random.of(4 * minute, 10 * minute, 30 * minute);
  return aSession({
    idleMS,
    expiresInMS: random.of(idleMS, idleMS / 2, idleMS / 4),
    absoluteEnd: random.of({ inMS: 2 * minute }, { inMS: 100 * minute }, { at: Date.now() + 1e8 }),
    user: random.of(undefined, ...users),
    device: random.of(undefined, '$d.x', 'Ünïcode 😀', ''),
    authenticatedAt: random.of<NewSession['authenticatedAt']>(undefined, 'now', 1_700_000_000_000),
    createdAt: random.of<NewSession['createdAt']>('now', 1_600_000_000_000),
    epoch: random.of('', 'g1'),
    fields: randomFields(random),
  });
}

function randomFields(random: Random): ReadonlyMap<string, string> {
  return new Map(random.some(names).map(name => [name, random.of(...texts)]));
}

export function randomChange(random: Random, record: SessionRecord, target: SessionKey): Change {
  const version = random.of(undefined, undefined, record.version, record.version, record.version - 1);
  const successor = random.number(4) === 0 ? random.of(target, null) : undefined;
  const end = successor && random.number(2) === 0 ? { endsInMS: random.of(minute, 1e9) } : {};
  const idle = random.number(3) === 0 ? { idleMS: random.of(minute, 50 * minute) } : {};
  return changeOf({
    set: randomFields(random),
    unset: random.number(2) === 0 ? random.some(names) : [],
    replace: random.number(4) === 0,
    knownVersion: random.of(undefined, record.version, record.version - 1),
    user: random.number(4) === 0 ? random.of(...users) : undefined,
    authenticated: random.number(4) === 0,
    successor,
    ifVersion: successor === null ? record.version : version,
    ...idle,
    ...end,
  });
}

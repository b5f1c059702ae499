import type { SessionHeader, SessionRecord } from '../../backend/session-record.ts';
import { decodedFieldName, encodedFieldName } from '../../data/field-names.ts';
import { unreadable } from '../../errors.ts';

export function foreignDocument(): Error {
  return unreadable(
    'A document in the collection of the sessions has not the form of a session or of a revocation mark: something else has written there. Give the sessions a collection of their own.',
  );
}

/** A stored session. */
export interface SessionDocument {
  readonly _id: string;
  /** The user key: the key of a sharded collection. */
  readonly t: string;
  readonly u?: string;
  readonly h: string;
  /** Created. */
  readonly c: Date;
  /** When it got its current id, if it had another id before. */
  readonly r?: Date;
  /** Authenticated. */
  readonly a?: Date;
  readonly g: string;
  readonly i: number;
  /** The expiry. A TTL index removes expired documents some time later. */
  readonly e: Date;
  /** The absolute end. */
  readonly x: Date;
  /** Last seen. */
  readonly s: Date;
  /** On what device. */
  readonly w?: string;
  readonly v: number;
  readonly n?: { readonly t: string; readonly h: string };
  /** The texts of the fields by their encoded names. */
  readonly d: Readonly<Record<string, string>>;
}

export function documentOf(record: SessionRecord): SessionDocument {
  const { user, renewedAt, authenticatedAt, device, successor } = record;
  return {
    _id: record.hash,
    t: record.userKey,
    ...(user !== undefined && { u: user }),
    h: record.handle,
    c: new Date(record.createdAt),
    ...(renewedAt !== undefined && { r: new Date(renewedAt) }),
    ...(authenticatedAt !== undefined && { a: new Date(authenticatedAt) }),
    g: record.epoch,
    i: record.idleMS,
    e: new Date(record.expiresAt),
    x: new Date(record.absoluteEnd),
    s: new Date(record.seenAt),
    ...(device !== undefined && { w: device }),
    v: record.version,
    ...(successor !== undefined && { n: { t: successor.userKey, h: successor.hash } }),
    d: encodedFields(record.fields),
  };
}

export function encodedFields(fields: ReadonlyMap<string, string>): Record<string, string> {
  return Object.fromEntries([...fields].map(([name, text]) => [encodedFieldName(name), text]));
}

/** @throws SessionGuardError ERR_SESSION_GUARD_STORE_UNREADABLE for a document that this back end did not store */
export function headerOf(document: object): SessionHeader {
  if (!isHeader(document)) throw foreignDocument();
  const {
    _id: hash,
    t: userKey,
    u: user,
    r: renewedAt,
    a: authenticatedAt,
    w: device,
    n: successor,
  } = document;
  return {
    userKey,
    hash,
    user,
    handle: document.h,
    createdAt: document.c.getTime(),
    renewedAt: renewedAt?.getTime(),
    authenticatedAt: authenticatedAt?.getTime(),
    epoch: document.g,
    idleMS: document.i,
    expiresAt: document.e.getTime(),
    absoluteEnd: document.x.getTime(),
    seenAt: document.s.getTime(),
    device,
    version: document.v,
    successor: successor && { userKey: successor.t, hash: successor.h },
  };
}

/** @throws SessionGuardError ERR_SESSION_GUARD_STORE_UNREADABLE */
export function recordOf(document: object): SessionRecord {
  return { ...headerOf(document), fields: fieldsOf(document) };
}

/** @throws SessionGuardError ERR_SESSION_GUARD_STORE_UNREADABLE */
export function fieldsOf(document: { readonly d?: unknown }): Map<string, string> {
  const { d: stored } = document;
  if (typeof stored !== 'object' || stored === null) throw foreignDocument();
  const fields = new Map<string, string>();
  for (const [encoded, text] of Object.entries(stored)) {
    const name = decodedFieldName(encoded);
    if (name === undefined || typeof text !== 'string') throw foreignDocument();
    fields.set(name, text);
  }
  return fields;
}

/** The server's time in an answer; undefined if it has none. */
export function timeIn(document: { readonly now?: unknown }): number | undefined {
  return document.now instanceof Date ? document.now.getTime() : undefined;
}

type Header = Omit<SessionDocument, 'd'>;
type Unknown = { readonly [name in keyof Header]?: unknown };

function isHeader(document: Unknown): document is Header {
  const { _id, t, u, h, c, r, a, g, i, e, x, s, w, v, n } = document;
  const required = isText(_id) && isText(t) && isText(h) && isText(g) && isNumber(i) && isNumber(v);
  const times = isTime(c) && isTime(e) && isTime(x) && isTime(s);
  const optional = (u === undefined || isText(u)) && (w === undefined || isText(w));
  const optionalTimes = (r === undefined || isTime(r)) && (a === undefined || isTime(a));
  return required && times && optional && optionalTimes && (n === undefined || isSuccessor(n));
}

function isSuccessor(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { t, h }: { readonly t?: unknown; readonly h?: unknown } = value;
  return isText(t) && isText(h);
}

const isText = (value: unknown): value is string => typeof value === 'string';
const isNumber = (value: unknown): value is number => typeof value === 'number';
const isTime = (value: unknown): value is Date => value instanceof Date && !Number.isNaN(value.getTime());

/** Everything except the fields, by name, and the server's time. */
export const headerProjection = {
  _id: 1,
  t: 1,
  u: 1,
  h: 1,
  c: 1,
  r: 1,
  a: 1,
  g: 1,
  i: 1,
  e: 1,
  x: 1,
  s: 1,
  w: 1,
  v: 1,
  n: 1,
  now: '$$NOW',
} as const;

import { invalidArgument } from '../../errors/errors.ts';
import type {
  HeaderList,
  Inserted,
  Reading,
  Removable,
  Removed,
  RotatedInOne,
  Rotation,
  SessionBackend,
} from '../backend/backend.ts';
import { type Change, changeOf, type Written } from '../backend/change.ts';
import { bornAt, changedAt, isLive, refreshedAt, refusalOf } from '../backend/life.ts';
import {
  isRevoked,
  type NewRevocationMark,
  type RevocationMark,
  type RevocationMarkReading,
} from '../backend/revocation-mark.ts';
import type { NewSession, SessionHeader, SessionKey, SessionRecord } from '../backend/session-record.ts';

/** The clock of a memory back end: milliseconds since 1970. A test passes a clock that it can set. */
export interface MemoryClock {
  now(): number;
}

/**
 * Sessions in the memory of this process, for tests and development: they are lost when it ends, and no other process has them.
 * @param clock default: that of the system
 * @throws SessionGuardError ERR_SESSION_GUARD_INVALID_ARGUMENT for a value that is not a clock: there are no other options
 * @example
 * ```ts
 * import { memoryBackend, sessionStore } from 'session-guard/store';
 *
 * // A test moves the time.
 * let now = Date.now();
 * const keys = { tag: [process.env.SESSION_TAG_KEY ?? ''] };
 * const sessions = sessionStore(memoryBackend({ now: () => now }), { keys, idleSeconds: 60 });
 * const { id } = await sessions.create({});
 * now += 60_000;
 * console.log(await sessions.get(id)); // → null
 * ```
 */
export function memoryBackend(clock: MemoryClock = { now: Date.now }): SessionBackend {
  if (typeof clock?.now !== 'function')
    throw invalidArgument('memoryBackend takes a clock with the method now, or nothing.');
  return new MemoryBackend(clock);
}

interface StoredMark extends RevocationMark {
  readonly until: number;
}

class MemoryBackend implements SessionBackend {
  readonly name = 'The memory store';
  readonly #clock: MemoryClock;
  readonly #sessions = new Map<string, Map<string, SessionRecord>>();
  readonly #marks = new Map<string, StoredMark>();

  constructor(clock: MemoryClock) {
    this.#clock = clock;
  }

  async setUp(): Promise<void> {}

  setUpCommands(): string {
    return '';
  }

  async read(keys: readonly SessionKey[]): Promise<readonly (Reading | undefined)[]> {
    const now = this.#clock.now();
    return keys.map(key => {
      const record = this.#at(key);
      return record && { record, now };
    });
  }

  async insert(session: NewSession): Promise<Inserted> {
    return this.#insert(session);
  }

  async refresh(key: SessionKey): Promise<SessionHeader | undefined> {
    const now = this.#clock.now();
    const record = this.#at(key);
    if (record === undefined || record.successor !== undefined || !isLive(record, now)) return undefined;
    return this.#put({ ...record, ...refreshedAt(record, now) });
  }

  async write(key: SessionKey, change: Change): Promise<Written> {
    const now = this.#clock.now();
    const record = this.#at(key);
    const refusal = refusalOf(record, change, now);
    if (refusal !== undefined || record === undefined)
      return refusal ?? { outcome: 'ended', header: undefined };
    const changed = changedAt(record, change, now);
    const fields = record.version === change.knownVersion ? undefined : changed.fields;
    return { outcome: 'written', header: this.#put(changed), fields };
  }

  async remove(key: SessionKey, which: Removable): Promise<Removed | undefined> {
    const record = this.#at(key);
    if (record === undefined) return undefined;
    if (record.successor === undefined || which === 'always') this.#delete(record);
    return { header: record, live: isLive(record, this.#clock.now()) };
  }

  async list(userKey: string): Promise<HeaderList> {
    const now = this.#clock.now();
    for (const record of this.#of(userKey)) if (!isLive(record, now)) this.#delete(record);
    return { headers: this.#of(userKey), now };
  }

  async readRevocationMark(userKey: string): Promise<RevocationMarkReading> {
    const now = this.#clock.now();
    return { mark: this.#currentMark(userKey), earliest: now, latest: now };
  }

  async endAll(userKey: string, user: string, mark: NewRevocationMark): Promise<readonly SessionHeader[]> {
    const at = this.#clock.now();
    const { epoch, except, lifeMS } = mark;
    this.#marks.set(userKey, { epoch, except, at, until: at + lifeMS });
    const ended = this.#of(userKey).filter(record => record.user === user && record.handle !== except);
    for (const record of ended) this.#delete(record);
    return ended;
  }

  async rotate({ from, to, ifVersion, graceMS }: Rotation): Promise<RotatedInOne> {
    const now = this.#clock.now();
    const old = this.#at(from);
    const successor = { userKey: to.userKey, hash: to.hash };
    const change = changeOf({ successor, ifVersion, ...(graceMS > 0 && { endsInMS: graceMS }) });
    const refusal = refusalOf(old, change, now);
    if (old === undefined || refusal !== undefined)
      return { outcome: refusal?.outcome === 'conflict' ? 'conflict' : 'ended' };
    const inserted = this.#insert(to);
    if (inserted.outcome !== 'created') return { outcome: 'ended' };
    if (graceMS > 0) this.#put(changedAt(old, change, now));
    else this.#delete(old);
    return { outcome: 'rotated', header: inserted.header };
  }

  #insert(session: NewSession): Inserted {
    const now = this.#clock.now();
    if (this.#at(session) !== undefined) return { outcome: 'taken' };
    const mark = this.#currentMark(session.userKey);
    if (mark !== undefined && isRevoked(mark, session)) return { outcome: 'revoked', mark };
    return { outcome: 'created', header: this.#put(bornAt(session, now)) };
  }

  #at({ userKey, hash }: SessionKey): SessionRecord | undefined {
    return this.#sessions.get(userKey)?.get(hash);
  }

  #of(userKey: string): SessionRecord[] {
    return [...(this.#sessions.get(userKey)?.values() ?? [])];
  }

  #put(record: SessionRecord): SessionHeader {
    const { userKey, hash } = record;
    const ofUser = this.#sessions.get(userKey) ?? new Map<string, SessionRecord>();
    this.#sessions.set(userKey, ofUser.set(hash, record));
    return record;
  }

  #delete({ userKey, hash }: SessionKey): void {
    const ofUser = this.#sessions.get(userKey);
    ofUser?.delete(hash);
    if (ofUser?.size === 0) this.#sessions.delete(userKey);
  }

  #currentMark(userKey: string): StoredMark | undefined {
    const mark = this.#marks.get(userKey);
    if (mark === undefined || this.#clock.now() < mark.until) return mark;
    this.#marks.delete(userKey);
    return undefined;
  }
}

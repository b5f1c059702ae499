import type { NewRevocationMark, RevocationMarkReading } from '../../../src/store/backend/revocation-mark.ts';
import type {
  HeaderList,
  Inserted,
  Reading,
  Removable,
  Removed,
  RotatedInOne,
  Rotation,
  SessionBackend,
} from '../../../src/store/backend/backend.ts';
import { type Change, changeOf, type Written } from '../../../src/store/backend/change.ts';
import { isRevoked, type RevocationMark } from '../../../src/store/backend/revocation-mark.ts';
import { bornAt, changedAt, isLive, refreshedAt, refusalOf } from '../../../src/store/backend/life.ts';
import type {
  NewSession,
  SessionHeader,
  SessionKey,
  SessionRecord,
} from '../../../src/store/backend/session-record.ts';

/** What one server holds, whichever process asks it. */
export class Storage {
  readonly sessions = new Map<string, SessionRecord>();
  readonly marks = new Map<string, RevocationMark>();
  /** Called after each change. */
  onChange: () => void = () => {};

  readonly now = (): number => Date.UTC(2030, 0, 1);

  at({ userKey, hash }: SessionKey): SessionRecord | undefined {
    const found = this.sessions.get(hash);
    return found?.userKey === userKey ? found : undefined;
  }

  of(userKey: string): SessionRecord[] {
    return [...this.sessions.values()].filter(record => record.userKey === userKey);
  }

  put(record: SessionRecord): SessionHeader {
    this.sessions.set(record.hash, record);
    this.onChange();
    return record;
  }

  delete({ hash }: SessionKey): void {
    this.sessions.delete(hash);
    this.onChange();
  }

  setMark(userKey: string, { epoch, except }: NewRevocationMark): void {
    this.marks.set(userKey, { epoch, except, at: this.now() });
  }
}

/** Waits until the request is at the server. What follows in the same turn is one command there. */
export type Step = (command: string) => Promise<void>;

/**
 * A back end for one process, whose requests reach the server when `step` lets them. As on MongoDB and DynamoDB, a call that
 * concerns several sessions, or a session and the revocation mark, takes several commands.
 */
export class SteppedBackend implements SessionBackend {
  readonly name = 'The stepped store';
  protected readonly storage: Storage;
  protected readonly step: Step;

  constructor(storage: Storage, step: Step) {
    this.storage = storage;
    this.step = step;
  }

  async setUp(): Promise<void> {}

  setUpCommands(): string {
    return '';
  }

  async read(keys: readonly SessionKey[]): Promise<readonly (Reading | undefined)[]> {
    await this.step('read');
    return keys.map(key => {
      const record = this.storage.at(key);
      return record && { record, now: this.storage.now() };
    });
  }

  async insert(session: NewSession): Promise<Inserted> {
    const { storage, step } = this;
    await step('insert');
    // As on MongoDB, the hash alone is the key.
    if (storage.sessions.has(session.hash)) return { outcome: 'taken' };
    const header = storage.put(bornAt(session, storage.now()));
    if (session.user === undefined) return { outcome: 'created', header };
    await step('insert: read the revocation mark');
    const mark = storage.marks.get(session.userKey);
    if (mark === undefined || !isRevoked(mark, session)) return { outcome: 'created', header };
    await step('insert: withdraw');
    if (storage.at(session)?.handle === session.handle) storage.delete(session);
    return { outcome: 'revoked', mark };
  }

  async refresh(key: SessionKey): Promise<SessionHeader | undefined> {
    const { storage } = this;
    await this.step('refresh');
    const record = storage.at(key);
    if (record === undefined || record.successor !== undefined || !isLive(record, storage.now()))
      return undefined;
    return storage.put({ ...record, ...refreshedAt(record, storage.now()) });
  }

  async write(key: SessionKey, change: Change): Promise<Written> {
    for (;;) {
      await this.step('write');
      const written = this.#written(key, change);
      if (written !== undefined) return written;
      await this.step('write: read the reason');
      const refusal = refusalOf(this.storage.at(key), change, this.storage.now());
      if (refusal !== undefined) return refusal;
    }
  }

  #written(key: SessionKey, change: Change): Written | undefined {
    const { storage } = this;
    const record = storage.at(key);
    if (record === undefined || refusalOf(record, change, storage.now()) !== undefined) return undefined;
    const changed = changedAt(record, change, storage.now());
    const fields = record.version === change.knownVersion ? undefined : changed.fields;
    return { outcome: 'written', header: storage.put(changed), fields };
  }

  async remove(key: SessionKey, which: Removable): Promise<Removed | undefined> {
    for (;;) {
      await this.step('remove');
      const record = this.storage.at(key);
      if (record !== undefined && (which === 'always' || record.successor === undefined)) {
        this.storage.delete(record);
        return this.#removed(record);
      }
      if (which === 'always') return undefined;
      await this.step('remove: read what is left');
      const left = this.storage.at(key);
      if (left === undefined || left.successor !== undefined) return left && this.#removed(left);
    }
  }

  #removed(record: SessionRecord): Removed {
    return { header: record, live: isLive(record, this.storage.now()) };
  }

  async list(userKey: string): Promise<HeaderList> {
    await this.step('list');
    return { headers: this.storage.of(userKey), now: this.storage.now() };
  }

  async readRevocationMark(userKey: string): Promise<RevocationMarkReading> {
    await this.step('read the revocation mark');
    const now = this.storage.now();
    return { mark: this.storage.marks.get(userKey), earliest: now, latest: now };
  }

  async endAll(userKey: string, user: string, mark: NewRevocationMark): Promise<readonly SessionHeader[]> {
    const { storage, step } = this;
    await step('end all: set the revocation mark');
    storage.setMark(userKey, mark);
    const ended: SessionHeader[] = [];
    for (;;) {
      await step('end all: list');
      const left = storage.of(userKey).filter(record => isSwept(record, user, mark));
      if (left.length === 0) return ended;
      const removed = await Promise.all(
        left.map(async key => {
          await step('end all: remove');
          const record = storage.at(key);
          if (record === undefined || !isSwept(record, user, mark)) return [];
          storage.delete(record);
          return [record];
        }),
      );
      ended.push(...removed.flat());
    }
  }
}

/** As on Redis: each call is one command. */
export class AtOnceBackend extends SteppedBackend {
  override async insert(session: NewSession): Promise<Inserted> {
    await this.step('insert');
    return this.#insert(session);
  }

  #insert(session: NewSession): Inserted {
    const { storage } = this;
    if (storage.at(session) !== undefined) return { outcome: 'taken' };
    const mark = storage.marks.get(session.userKey);
    if (mark !== undefined && isRevoked(mark, session)) return { outcome: 'revoked', mark };
    return { outcome: 'created', header: storage.put(bornAt(session, storage.now())) };
  }

  override async endAll(
    userKey: string,
    user: string,
    mark: NewRevocationMark,
  ): Promise<readonly SessionHeader[]> {
    await this.step('end all');
    this.storage.setMark(userKey, mark);
    const ended = this.storage.of(userKey).filter(record => isSwept(record, user, mark));
    for (const record of ended) this.storage.delete(record);
    return ended;
  }

  async rotate({ from, to, ifVersion, graceMS }: Rotation): Promise<RotatedInOne> {
    const { storage } = this;
    await this.step('rotate');
    const old = storage.at(from);
    const successor = { userKey: to.userKey, hash: to.hash };
    const change = changeOf({ successor, ifVersion, ...(graceMS > 0 && { endsInMS: graceMS }) });
    const refusal = refusalOf(old, change, storage.now());
    if (old === undefined || refusal !== undefined)
      return { outcome: refusal?.outcome === 'conflict' ? 'conflict' : 'ended' };
    storage.sessions.delete(old.hash); // both at once: no moment with two sessions
    const inserted = this.#insert(to);
    if (inserted.outcome !== 'created' || graceMS > 0)
      storage.put(inserted.outcome === 'created' ? changedAt(old, change, storage.now()) : old);
    return inserted.outcome === 'created'
      ? { outcome: 'rotated', header: inserted.header }
      : { outcome: 'ended' };
  }
}

function isSwept(record: SessionRecord, user: string, { except }: NewRevocationMark): boolean {
  return record.user === user && record.handle !== except;
}

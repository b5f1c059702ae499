import { ServerClock } from '../../platform/time/server-clock.ts';
import type {
  Call,
  HeaderList,
  Inserted,
  Reading,
  Removable,
  Removed,
  RotatedInOne,
  Rotation,
  SessionBackend,
} from '../backend/backend.ts';
import type { Change, Written } from '../backend/change.ts';
import type { NewRevocationMark, RevocationMarkReading } from '../backend/revocation-mark.ts';
import type { NewSession, SessionHeader, SessionKey } from '../backend/session-record.ts';
import { Commands } from './calls/commands.ts';
import { Listing } from './calls/listing.ts';
import { MasterCheck } from './calls/master-check.ts';
import { Reader } from './calls/reading.ts';
import { Replication } from './calls/replication.ts';
import { type ScriptAnswer, Scripts, storedAt, textAt } from './calls/scripts.ts';
import { Sweep } from './calls/sweep.ts';
import { bornAt, isLive } from '../backend/life.ts';
import { markFrom, recordFrom } from './format/record.ts';
import { headerFrom, misshapen, successorText } from './format/header.ts';
import { Keys } from './keys.ts';
import { checkRedisOptions, type Layout, type RedisBackendOptions, type RedisSettings } from './options.ts';
import { portOf, type RedisClient } from './port/port-of.ts';
import type { RedisPort } from './port/redis-port.ts';
import { changeArguments, fieldArguments, newSessionArguments } from './scripts/arguments.ts';
import { expectedAfter } from './scripts/expected.ts';
import { readMarkScript } from './scripts/revocation.ts';
import { insertScript } from './scripts/insert.ts';
import { refreshScript } from './scripts/refresh.ts';
import { removeScript } from './scripts/remove.ts';
import { rotateScript } from './scripts/rotate.ts';
import { writeScript } from './scripts/write.ts';
import { checkServers } from './set-up/check-server.ts';
import { setUpCommands } from './set-up/check-commands.ts';

/**
 * Sessions in Redis 7 or later, a server that can do the same (Valkey), or a cluster of it.
 * @param client of `redis` (createClient, createCluster, createClientPool, createSentinel) or `ioredis` (Redis, Cluster); the
 * store neither connects nor closes it
 * @throws SessionGuardError ERR_SESSION_GUARD_INVALID_ARGUMENT, ERR_SESSION_GUARD_INVALID_OPTION
 * @example
 * ```ts redis
 * import { createClient } from 'redis';
 * import { sessionStore } from 'session-guard/store';
 * import { redisBackend } from 'session-guard/store/redis';
 *
 * const client = createClient({ url: process.env.REDIS_URL ?? '' });
 * await client.connect();
 * const sessions = sessionStore(redisBackend(client, { keyPrefix: 'shop:' }), {
 *   keys: { tag: [process.env.SESSION_TAG_KEY ?? ''] },
 * });
 * const session = await sessions.create({ cart: ['tea'] });
 * console.log((await sessions.get(session.id))?.data); // → { cart: [ 'tea' ] }
 * await client.close();
 * ```
 */
export function redisBackend(client: RedisClient, options: RedisBackendOptions = {}): SessionBackend {
  return new RedisBackend(portOf(client), checkRedisOptions(options));
}

class RedisBackend implements SessionBackend {
  readonly name = 'Redis';
  readonly readsAtOnce = 16;
  readonly #commands: Commands;
  readonly #settings: RedisSettings;
  readonly #keys: Keys;
  readonly #layout: Layout;
  readonly #scripts: Scripts;
  readonly #reader: Reader;
  readonly #listing: Listing;

  constructor(port: RedisPort, settings: RedisSettings) {
    const replication = settings.durability === 'replicated' ? new Replication(port, settings) : undefined;
    const time = new ServerClock({ resolutionMS: 1, staleAfterMS: 60_000 });
    const master = new MasterCheck();
    const commands = new Commands(port);
    const keys = new Keys(settings.keyPrefix);
    const { layout } = settings;
    const scripts = new Scripts({ commands, time, master, replication });
    this.#commands = commands;
    this.#settings = settings;
    this.#keys = keys;
    this.#layout = layout;
    this.#scripts = scripts;
    this.#reader = new Reader({ commands, scripts, time, master, keys, layout });
    this.#listing = new Listing({ commands, scripts, keys, layout });
  }

  async setUp(call: Call): Promise<void> {
    const { isSlotted } = await checkServers(this.#commands.port, this.#settings, call);
    if (isSlotted) this.#commands.noteSlots();
  }

  setUpCommands(): string {
    return setUpCommands;
  }

  read(keys: readonly SessionKey[], call: Call): Promise<readonly (Reading | Error | undefined)[]> {
    return this.#reader.read(keys, call);
  }

  async insert(session: NewSession, call: Call): Promise<Inserted> {
    const whole = inWholeMilliseconds(session);
    const mark = session.user === undefined ? [] : [this.#keys.mark(session.userKey)];
    const keys = [...this.#ofSession(session), ...mark] as const;
    const args = [...newSessionArguments(whole), ...fieldArguments[this.#layout](session.fields)];
    const answer = await this.#scripts.write({ script: insertScript[this.#layout], keys, args }, call);
    if (answer.parts.length === 0) return { outcome: 'created', header: bornAt(whole, answer.now) };
    const outcome = textAt(answer, 0);
    if (outcome === 'taken') return { outcome };
    if (outcome === 'created') return { outcome, header: headerFrom(session, textAt(answer, 1)) };
    const revokedBy = markFrom(textAt(answer, 1));
    if (outcome !== 'revoked' || revokedBy === undefined) throw misshapen();
    return { outcome, mark: revokedBy };
  }

  async refresh(key: SessionKey, call: Call): Promise<SessionHeader | undefined> {
    const answer = await this.#scripts.write(
      { script: refreshScript[this.#layout], keys: this.#ofSession(key), args: [] },
      call,
    );
    return textAt(answer, 0) === 'refreshed' ? headerFrom(key, textAt(answer, 1)) : undefined;
  }

  async write(known: SessionKey | SessionHeader, change: Change, call: Call): Promise<Written> {
    const expected = this.#layout === 'string' ? expectedAfter(known, change) : undefined;
    const run = {
      script: writeScript[this.#layout],
      keys: this.#ofSession(known),
      args: changeArguments(change, expected),
    };
    const answer = await this.#scripts.write(run, call);
    if (answer.parts.length > 0) return writtenFrom(known, answer);
    if (expected === undefined) throw misshapen();
    return { outcome: 'written', header: expected.after(answer.now), fields: undefined };
  }

  async remove(key: SessionKey, which: Removable, call: Call): Promise<Removed | undefined> {
    const args = [which];
    return removedFrom(
      key,
      await this.#scripts.write(
        { script: removeScript[this.#layout], keys: this.#ofSession(key), args },
        call,
      ),
    );
  }

  list(userKey: string, call: Call): Promise<HeaderList> {
    return this.#listing.of(userKey, call);
  }

  async readRevocationMark(userKey: string, call: Call): Promise<RevocationMarkReading> {
    const run = { script: readMarkScript, keys: [this.#keys.mark(userKey)] as const, args: [] };
    const answer = await this.#scripts.read(run, call);
    return { mark: markFrom(textAt(answer, 0)), earliest: answer.now, latest: answer.now };
  }

  endAll(
    userKey: string,
    user: string,
    mark: NewRevocationMark,
    call: Call,
  ): Promise<readonly SessionHeader[]> {
    const parts = { scripts: this.#scripts, keys: this.#keys, layout: this.#layout };
    return new Sweep(parts, { userKey, user, mark }, call).run(mark.lifeMS);
  }

  async rotate({ from, to, ifVersion, graceMS }: Rotation, call: Call): Promise<RotatedInOne> {
    const [session, index] = this.#ofSession(to);
    const keys = [session, index, this.#keys.mark(to.userKey), this.#keys.session(from)] as const;
    const old = [String(ifVersion), String(graceMS), successorText(to)];
    const args = [
      ...newSessionArguments(inWholeMilliseconds(to)),
      ...old,
      ...fieldArguments[this.#layout](to.fields),
    ];
    const answer = await this.#scripts.write({ script: rotateScript[this.#layout], keys, args }, call);
    const outcome = textAt(answer, 0);
    if (outcome === 'rotated') return { outcome, header: headerFrom(to, textAt(answer, 1)) };
    return { outcome: outcome === 'conflict' ? outcome : 'ended' };
  }

  #ofSession(key: SessionKey): readonly [string, string] {
    return [this.#keys.session(key), this.#keys.index(key.userKey)];
  }
}

/** The scripts calculate with whole numbers. */
function inWholeMilliseconds(session: NewSession): NewSession {
  const { idleMS, expiresInMS, absoluteEnd } = session;
  const [name, end] = 'inMS' in absoluteEnd ? ['inMS', absoluteEnd.inMS] : ['at', absoluteEnd.at];
  if ([idleMS, expiresInMS, end].every(Number.isInteger)) return session;
  const whole = { idleMS: Math.floor(idleMS), expiresInMS: Math.floor(expiresInMS) };
  return {
    ...session,
    ...whole,
    absoluteEnd: name === 'at' ? { at: Math.floor(end) } : { inMS: Math.floor(end) },
  };
}

function removedFrom(key: SessionKey, answer: ScriptAnswer): Removed | undefined {
  const state = textAt(answer, 0);
  const text = state === 'none' ? '' : textAt(answer, 1);
  if (text === '') return undefined;
  const header = headerFrom(key, text);
  return { header, live: state === 'found' ? isLive(header, answer.now) : state === 'live' };
}

function writtenFrom(key: SessionKey, answer: ScriptAnswer): Written {
  const outcome = textAt(answer, 0);
  switch (outcome) {
    case 'written':
      return { outcome, header: headerFrom(key, textAt(answer, 1)), fields: undefined };
    case 'written over': {
      const record = recordFrom(key, storedAt(answer, 1));
      return { outcome: 'written', header: record, fields: record.fields };
    }
    case 'conflict':
      return { outcome, record: recordFrom(key, storedAt(answer, 1)) };
    case 'ended':
      return { outcome, header: answer.parts.length === 1 ? undefined : headerFrom(key, textAt(answer, 1)) };
    case 'rotated':
      return { outcome, header: headerFrom(key, textAt(answer, 1)) };
    default:
      throw misshapen();
  }
}

import { clock } from '../../../platform/time/clock.ts';
import type { ServerClock } from '../../../platform/time/server-clock.ts';
import type { Call, Reading } from '../../backend/backend.ts';
import type { SessionKey, SessionRecord } from '../../backend/session-record.ts';
import { recordFrom } from '../format/record.ts';
import type { Keys } from '../keys.ts';
import type { Layout } from '../options.ts';
import { readMarkScript } from '../scripts/revocation.ts';
import type { Commands } from './commands.ts';
import type { MasterCheck } from './master-check.ts';
import type { Scripts } from './scripts.ts';
import { unavailable, type Value, Values } from './values.ts';

export type Read = Reading | Error | undefined;

interface ReaderParts {
  readonly commands: Commands;
  readonly scripts: Scripts;
  readonly time: ServerClock;
  readonly master: MasterCheck;
  readonly keys: Keys;
  readonly layout: Layout;
}

/** Reads sessions, with the time of each read. */
export class Reader {
  readonly #values: Values;
  readonly #scripts: Scripts;
  readonly #time: ServerClock;
  readonly #master: MasterCheck;
  readonly #keys: Keys;

  constructor(parts: ReaderParts) {
    this.#values = new Values(parts.commands, parts.keys, parts.layout);
    this.#scripts = parts.scripts;
    this.#time = parts.time;
    this.#master = parts.master;
    this.#keys = parts.keys;
  }

  async read(keys: readonly SessionKey[], call: Call): Promise<readonly Read[]> {
    const [first] = keys;
    if (first === undefined) return [];
    const sentAt = clock.now();
    const values = this.#values.of(keys, call);
    // Sent at the same time over the same connection: a read with the check waits no longer than others.
    const found =
      this.#time.read() !== undefined && this.#master.isFresh
        ? await values
        : (await Promise.all([values, this.#measure(first, call)]))[0];
    // Unknown again only if the machine has slept meanwhile.
    const now = this.#time.read()?.latest ?? (await this.#measure(first, call));
    const at = { now, sentAt, call };
    const readings = keys.map((key, index) => this.#reading(key, found[index], at));
    return readings.some(reading => reading instanceof Promise) ? allOf(readings) : (readings as Read[]);
  }

  async #measure(key: SessionKey, call: Call): Promise<number> {
    const run = { script: readMarkScript, keys: [this.#keys.mark(key.userKey)] as const, args: [] };
    return (await this.#scripts.read(run, call)).now;
  }

  /** A session that cannot be read is an error in its own place. */
  #reading(key: SessionKey, value: Value, at: Moment): Read | Promise<Read> {
    if (value === undefined || value instanceof Error) return value;
    try {
      return this.#judged(recordFrom(key, value), at);
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error));
    }
  }

  #judged(record: SessionRecord, at: Moment): Read | Promise<Read> {
    const asked = this.#time.read(at.sentAt);
    if (asked !== undefined && asked.earliest >= record.expiresAt) return this.#doubted(record, at.call);
    // Redis has returned it, so it is alive: the estimated time only decides about a refresh.
    return { record, now: Math.min(at.now, record.expiresAt - 1) };
  }

  /**
   * Redis has returned a session that should have expired: a clock was set, or the key has lost its expiry. The server's own
   * time decides.
   */
  async #doubted(record: SessionRecord, call: Call): Promise<Read> {
    try {
      return { record, now: await this.#measure(record, call) };
    } catch (cause) {
      return unavailable(cause);
    }
  }
}

interface Moment {
  /** The latest possible time. */
  readonly now: number;
  /** When the server was asked, by the monotonic clock. */
  readonly sentAt: number;
  readonly call: Call;
}

function allOf(readings: readonly (Read | Promise<Read>)[]): Promise<readonly Read[]> {
  return Promise.all(readings.map(async reading => reading));
}

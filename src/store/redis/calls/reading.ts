import { clock } from '../../../session/clock.ts';
import type { Call, Reading } from '../../backend/backend.ts';
import type { SessionKey } from '../../backend/session-key.ts';
import type { SessionRecord } from '../../backend/session-record.ts';
import { recordFrom } from '../format/record.ts';
import type { Keys } from '../keys.ts';
import type { Layout } from '../options.ts';
import { readFenceScript } from '../scripts/fence.ts';
import type { Commands } from './commands.ts';
import type { MasterCheck } from './master-check.ts';
import type { Scripts } from './scripts.ts';
import type { ServerTime } from './server-time.ts';
import { unavailable, type Value, Values } from './values.ts';

export type Read = Reading | Error | undefined;

interface ReaderParts {
  readonly commands: Commands;
  readonly scripts: Scripts;
  readonly time: ServerTime;
  readonly master: MasterCheck;
  readonly keys: Keys;
  readonly layout: Layout;
}

/** Reads of sessions, and what the time is for each. */
export class Reader {
  readonly #values: Values;
  readonly #scripts: Scripts;
  readonly #time: ServerTime;
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
    // On the same way at the same time: a read that asks waits no longer than others.
    const found =
      this.#time.isKnown && this.#master.isFresh
        ? await values
        : (await Promise.all([values, this.#measure(first, call)]))[0];
    const at = { now: this.#time.latest(), sentAt, call };
    const readings = keys.map((key, index) => this.#reading(key, found[index], at));
    return readings.some(reading => reading instanceof Promise) ? allOf(readings) : (readings as Read[]);
  }

  async #measure(key: SessionKey, call: Call): Promise<number> {
    const run = { script: readFenceScript, keys: [this.#keys.fence(key.tag)] as const, args: [] };
    return (await this.#scripts.read(run, call)).now;
  }

  /** What cannot be read is an error in its own place. */
  #reading(key: SessionKey, value: Value, at: Moment): Read | Promise<Read> {
    if (value === undefined || value instanceof Error) return value;
    try {
      return this.#judged(recordFrom(key, value), at);
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error));
    }
  }

  #judged(record: SessionRecord, at: Moment): Read | Promise<Read> {
    if (this.#time.earliestAt(at.sentAt) >= record.expiresAt) return this.#doubted(record, at.call);
    // Redis has served it, so it is alive: the estimate decides about no more than a refresh.
    return { record, now: Math.min(at.now, record.expiresAt - 1) };
  }

  /** Redis has served what should be over: a clock was set, or the key has lost its end. Its own time decides. */
  async #doubted(record: SessionRecord, call: Call): Promise<Read> {
    try {
      return { record, now: await this.#measure(record, call) };
    } catch (cause) {
      return unavailable(cause);
    }
  }
}

interface Moment {
  /** The latest that the time can be. */
  readonly now: number;
  /** When the server was asked, by the monotonic clock. */
  readonly sentAt: number;
  readonly call: Call;
}

function allOf(readings: readonly (Read | Promise<Read>)[]): Promise<readonly Read[]> {
  return Promise.all(readings.map(async reading => reading));
}

import { clock } from '../../../platform/time/clock.ts';
import type { ServerClock } from '../../../platform/time/server-clock.ts';
import type { Call } from '../../backend/backend.ts';
import { misshapen } from '../format/header.ts';
import { type Stored, storedFrom } from '../format/record.ts';
import type { Command, RedisPort } from '../port/redis-port.ts';
import type { Script } from '../scripts/parts/script.ts';
import { type Commands, says, translated } from './commands.ts';
import { type MasterCheck, notTheMaster } from './master-check.ts';
import type { Replication } from './replication.ts';
import { markRefused } from '../../backend/refused.ts';

export interface Run {
  readonly script: Script;
  /** All keys have the same user key. */
  readonly keys: readonly [string, ...string[]];
  readonly args: readonly string[];
}

export interface ScriptAnswer {
  /** When it ran, by the server's clock. */
  readonly now: number;
  /** The other parts of its answer: none if all was as usual. */
  readonly parts: readonly unknown[];
}

interface ScriptsParts {
  readonly commands: Commands;
  readonly time: ServerClock;
  readonly master: MasterCheck;
  readonly replication: Replication | undefined;
}

/** Runs scripts; each script returns the time first. */
export class Scripts {
  readonly #commands: Commands;
  readonly #time: ServerClock;
  readonly #master: MasterCheck;
  readonly #replication: Replication | undefined;

  constructor(parts: ScriptsParts) {
    this.#commands = parts.commands;
    this.#time = parts.time;
    this.#master = parts.master;
    this.#replication = parts.replication;
  }

  /** Runs a script that writes nothing. */
  read(run: Run, call: Call): Promise<ScriptAnswer> {
    return this.#run(run, (key, command) => this.#commands.sendUntilTogether(key, command, call));
  }

  write(run: Run, call: Call): Promise<ScriptAnswer> {
    const replication = this.#replication;
    if (replication === undefined) return this.read(run, call);
    return this.#run(run, (key, command) => replication.send(key, command, call));
  }

  /** Runs a script that is not sent again while its keys are on two servers. */
  writeOnce(run: Run, call: Call): Promise<ScriptAnswer> {
    if (this.#replication !== undefined) return this.write(run, call);
    return this.#run(run, (key, command) => this.#commands.send(key, command, call));
  }

  async #run(run: Run, send: Send): Promise<ScriptAnswer> {
    const { asksMaster } = run.script;
    const sentAt = clock.now();
    const via = this.#commands.port.connection?.();
    try {
      const answer = this.#answer(await sent(send, run), sentAt);
      if (asksMaster) this.#master.passed(sentAt);
      return answer;
    } catch (error) {
      const known = translated(markedIfRefused(error, this.#commands.port, via));
      if (!says(error, 'READONLY')) throw known;
      this.#master.failed();
      throw asksMaster ? notTheMaster(error) : known;
    }
  }

  #answer(reply: unknown, sentAt: number): ScriptAnswer {
    const parts: readonly unknown[] = Array.isArray(reply) ? reply : [reply];
    const [time] = parts;
    const now = typeof time === 'number' || typeof time === 'string' ? Number(time) : Number.NaN;
    if (!(now > 0)) throw misshapen();
    this.#time.note(now, sentAt);
    return { now, parts: parts.slice(1) };
  }
}

type Send = (key: string, command: Command) => Promise<unknown>;

/** By its digest, as a server that has run it before knows it; then its text. */
async function sent(send: Send, { script, keys, args }: Run): Promise<unknown> {
  const [key] = keys;
  const count = String(keys.length);
  try {
    return await send(key, ['EVALSHA', script.digest, count, ...keys, ...args]);
  } catch (error) {
    if (!says(error, 'NOSCRIPT')) throw error;
    return send(key, ['EVAL', script.lua, count, ...keys, ...args]);
  }
}

/** The part of an answer that is a text. */
export function textAt({ parts }: ScriptAnswer, index: number): string {
  const text = parts[index];
  if (typeof text !== 'string') throw misshapen();
  return text;
}

/** The part of an answer that is a session. */
export function storedAt({ parts }: ScriptAnswer, index: number): Stored {
  const stored = storedFrom(parts[index]);
  if (stored === undefined) throw misshapen();
  return stored;
}

export function textsAt({ parts }: ScriptAnswer, index: number): readonly string[] {
  const texts = parts[index];
  if (!Array.isArray(texts)) throw misshapen();
  return texts.map(String);
}

/** A server returns these errors before a script has changed anything: it can refuse only the first write of a script. */
const refusals =
  /(?:^|: -)(?:OOM|CLUSTERDOWN|CROSSSLOT|MISCONF|NOREPLICAS|NOAUTH|WRONGPASS|NOSCRIPT|MOVED|ASK|TRYAGAIN|BUSY|READONLY|LOADING|MASTERDOWN) /;
/** The client's user may not run scripts at all. */
const notAllowed = /^NOPERM .*'eval(?:sha)?'/;

const neverSent = new Set(['ClientClosedError', 'ClientOfflineError']);

/**
 * Marks an error that means that nothing was done. This is true for one attempt only: if the client has sent the command again
 * after its connection broke, the first attempt may have been done.
 * @param via the connection when it was sent, from `RedisPort.connection`
 */
export function markedIfRefused<E>(error: E, port: RedisPort, via: unknown): E {
  if (!(error instanceof Error) || via === undefined || port.connection?.() !== via) return error;
  const { message } = error;
  const isRefusal =
    refusals.test(message) || notAllowed.test(message) || neverSent.has(error.constructor.name);
  return isRefusal ? markRefused(error) : error;
}

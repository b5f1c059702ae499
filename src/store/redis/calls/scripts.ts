import { clock } from '../../../session/clock.ts';
import type { Call } from '../../backend/backend.ts';
import { misshapen } from '../format/header.ts';
import { type Stored, storedFrom } from '../format/record.ts';
import type { Command } from '../port/redis-port.ts';
import type { Script } from '../scripts/script.ts';
import { type Commands, says, translated } from './commands.ts';
import { type MasterCheck, notTheMaster } from './master-check.ts';
import { markedIfRefused } from './refusal.ts';
import type { Replication } from './replication.ts';
import type { ServerTime } from './server-time.ts';

export interface Run {
  readonly script: Script;
  /** All of one tag. */
  readonly keys: readonly [string, ...string[]];
  readonly args: readonly string[];
}

export interface Answer {
  /** When it ran, by the server's clock. */
  readonly now: number;
  /** What else it has said. */
  readonly parts: readonly unknown[];
}

interface ScriptsParts {
  readonly commands: Commands;
  readonly time: ServerTime;
  readonly master: MasterCheck;
  readonly replication: Replication | undefined;
}

/** Runs scripts, each of which tells the time first. */
export class Scripts {
  readonly #commands: Commands;
  readonly #time: ServerTime;
  readonly #master: MasterCheck;
  readonly #replication: Replication | undefined;

  constructor(parts: ScriptsParts) {
    this.#commands = parts.commands;
    this.#time = parts.time;
    this.#master = parts.master;
    this.#replication = parts.replication;
  }

  /** One that writes nothing. */
  read(run: Run, call: Call): Promise<Answer> {
    return this.#run(run, (key, command) => this.#commands.sendUntilTogether(key, command, call));
  }

  write(run: Run, call: Call): Promise<Answer> {
    const replication = this.#replication;
    if (replication === undefined) return this.read(run, call);
    return this.#run(run, (key, command) => replication.send(key, command, call));
  }

  /** One that is not sent again while its keys are on two servers. */
  writeOnce(run: Run, call: Call): Promise<Answer> {
    if (this.#replication !== undefined) return this.write(run, call);
    return this.#run(run, (key, command) => this.#commands.send(key, command, call));
  }

  async #run(run: Run, send: Send): Promise<Answer> {
    const { asksMaster } = run.script;
    const sentAt = clock.now();
    const via = this.#commands.port.connection?.();
    try {
      const answer = this.#answer(await sentBy(send, run), sentAt);
      if (asksMaster) this.#master.passed(sentAt);
      return answer;
    } catch (error) {
      const known = translated(markedIfRefused(error, this.#commands.port, via));
      if (!says(error, 'READONLY')) throw known;
      this.#master.failed();
      throw asksMaster ? notTheMaster(error) : known;
    }
  }

  #answer(reply: unknown, sentAt: number): Answer {
    if (!Array.isArray(reply)) throw misshapen();
    const [time, ...parts] = reply as readonly unknown[];
    const now = Number(time);
    this.#time.note(now, sentAt);
    return { now, parts };
  }
}

type Send = (key: string, command: Command) => Promise<unknown>;

async function sentBy(send: Send, { script, keys, args }: Run): Promise<unknown> {
  const [key] = keys;
  const count = String(keys.length);
  try {
    return await send(key, ['EVALSHA', script.digest, count, ...keys, ...args]);
  } catch (error) {
    if (!says(error, 'NOSCRIPT')) throw error;
    return send(key, ['EVAL', script.lua, count, ...keys, ...args]);
  }
}

/** A part of an answer that is a text. */
export function textAt({ parts }: Answer, index: number): string {
  const text = parts[index];
  if (typeof text !== 'string') throw misshapen();
  return text;
}

/** A part of an answer that is a session. */
export function storedAt({ parts }: Answer, index: number): Stored {
  const stored = storedFrom(parts[index]);
  if (stored === undefined) throw misshapen();
  return stored;
}

export function textsAt({ parts }: Answer, index: number): readonly string[] {
  const texts = parts[index];
  if (!Array.isArray(texts)) throw misshapen();
  return texts.map(String);
}

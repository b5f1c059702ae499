import { clock } from '../../../session/clock.ts';
import type { Call } from '../../backend/backend.ts';
import { misshapen } from '../format/header.ts';
import type { Command } from '../port/redis-port.ts';
import type { Script } from '../scripts/script.ts';
import { type Commands, says, translated } from './commands.ts';
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

/** Runs scripts, each of which tells the time first. */
export class Scripts {
  readonly #commands: Commands;
  readonly #time: ServerTime;
  readonly #replication: Replication | undefined;

  constructor(commands: Commands, time: ServerTime, replication: Replication | undefined) {
    this.#commands = commands;
    this.#time = time;
    this.#replication = replication;
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

  async #run(run: Run, send: (key: string, command: Command) => Promise<unknown>): Promise<Answer> {
    const { script, keys, args } = run;
    const [key] = keys;
    const sentAt = clock.now();
    let reply: unknown;
    try {
      reply = await send(key, ['EVALSHA', script.digest, String(keys.length), ...keys, ...args]);
    } catch (error) {
      if (!says(error, 'NOSCRIPT')) throw translated(error);
      reply = await this.#firstRun(run, send);
    }
    return this.#answer(reply, sentAt);
  }

  /** The server does not know the script, or no longer. */
  async #firstRun(
    { script, keys, args }: Run,
    send: (key: string, command: Command) => Promise<unknown>,
  ): Promise<unknown> {
    try {
      return await send(keys[0], ['EVAL', script.lua, String(keys.length), ...keys, ...args]);
    } catch (error) {
      throw translated(error);
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

/** A part of an answer that is a text. */
export function textAt({ parts }: Answer, index: number): string {
  const text = parts[index];
  if (typeof text !== 'string') throw misshapen();
  return text;
}

export function textsAt({ parts }: Answer, index: number): readonly string[] {
  const texts = parts[index];
  return Array.isArray(texts) ? texts.map(String) : [];
}

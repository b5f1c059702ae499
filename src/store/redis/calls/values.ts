import type { Call } from '../../backend/backend.ts';
import type { SessionKey } from '../../backend/session-record.ts';
import { StoreUnavailableError } from '../../errors.ts';
import type { Keys } from '../keys.ts';
import { alteredReply, storedFrom, type Stored } from '../format/record.ts';
import type { Layout } from '../options.ts';
import { type Commands, isApart, isCrossSlot, says, translated } from './commands.ts';

/** An MGET blocks the server while it runs. */
const mostAtOnce = 200;

/** An error if the server of this key has failed. */
export type Value = Stored | Error | undefined;

/** The command that reads a session in the layout, and the command for the other layout. */
const readers = { string: ['GET', 'HGETALL'], hash: ['HGETALL', 'GET'] } as const;

/** Reads stored sessions with plain commands: a script for each read would cost the server six times as much. */
export class Values {
  readonly #commands: Commands;
  readonly #keys: Keys;
  readonly #layout: Layout;

  constructor(commands: Commands, keys: Keys, layout: Layout) {
    this.#commands = commands;
    this.#keys = keys;
    this.#layout = layout;
  }

  /** In the order of the keys. */
  async of(keys: readonly SessionKey[], call: Call): Promise<readonly Value[]> {
    const [first] = keys;
    if (first !== undefined && keys.length === 1) return [await this.#one(this.#keys.session(first), call)];
    if (this.#commands.isSlotted) return this.#byUserKey(keys, call);
    try {
      return await this.#inPortions(
        keys.map(key => this.#keys.session(key)),
        call,
      );
    } catch (error) {
      if (!isCrossSlot(error)) throw translated(error);
      this.#commands.noteSlots();
      return this.#byUserKey(keys, call);
    }
  }

  async #one(name: string, call: Call): Promise<Stored | undefined> {
    const [command, other] = readers[this.#layout];
    try {
      return storedFrom(await this.#commands.send(name, [command, name], call));
    } catch (error) {
      if (!says(error, 'WRONGTYPE')) throw translated(error);
      return storedFrom(await this.#commands.send(name, [other, name], call));
    }
  }

  async #inPortions(names: readonly string[], call: Call): Promise<readonly Value[]> {
    const portions: Promise<readonly Value[]>[] = [];
    for (let from = 0; from < names.length; from += mostAtOnce)
      portions.push(this.#many(names.slice(from, from + mostAtOnce), call));
    return (await Promise.all(portions)).flat();
  }

  async #many(names: readonly string[], call: Call): Promise<readonly Value[]> {
    if (this.#layout === 'hash') return Promise.all(names.map(name => this.#valueOf(name, call)));
    const answer = await this.#commands.send(names[0] ?? '', ['MGET', ...names], call);
    if (!Array.isArray(answer) || answer.length !== names.length) throw alteredReply();
    const values = answer.map(storedFrom);
    return values.includes(undefined) ? this.#completed(names, values, call) : values;
  }

  /** For a hash, MGET returns nothing. */
  #completed(names: readonly string[], values: readonly Value[], call: Call): Promise<readonly Value[]> {
    return Promise.all(names.map(async (name, at) => values[at] ?? this.#valueOf(name, call)));
  }

  async #valueOf(name: string, call: Call): Promise<Value> {
    try {
      return await this.#one(name, call);
    } catch (error) {
      return unavailable(error);
    }
  }

  /** A failure of one server does not affect the keys of others. */
  async #byUserKey(keys: readonly SessionKey[], call: Call): Promise<readonly Value[]> {
    const namesByUserKey = new Map<string, string[]>();
    for (const key of keys) {
      const names = namesByUserKey.get(key.userKey) ?? [];
      names.push(this.#keys.session(key));
      namesByUserKey.set(key.userKey, names);
    }
    const found = new Map<string, Value>();
    await Promise.all(
      [...namesByUserKey.values()].map(async names => {
        const values = await this.#group(names, call);
        for (const [index, name] of names.entries()) found.set(name, values[index]);
      }),
    );
    return keys.map(key => found.get(this.#keys.session(key)));
  }

  async #group(names: readonly string[], call: Call): Promise<readonly Value[]> {
    try {
      const [first] = names;
      if (first !== undefined && names.length === 1) return [await this.#one(first, call)];
      return await this.#many(names, call);
    } catch (error) {
      if (isApart(error)) return (await Promise.all(names.map(name => this.#group([name], call)))).flat();
      return names.map(() => unavailable(error));
    }
  }
}

/** The error for one key of several: the store does not wrap it. */
export function unavailable(cause: unknown): Error {
  if (cause instanceof StoreUnavailableError) return cause;
  return new StoreUnavailableError('Redis failed while reading a session. The cause says why.', {
    cause,
    outcome: 'not done',
  });
}

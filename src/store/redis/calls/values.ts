import type { Call } from '../../backend/backend.ts';
import type { SessionKey } from '../../backend/session-key.ts';
import { StoreUnavailableError } from '../../errors.ts';
import type { Keys } from '../keys.ts';
import { type Commands, isApart } from './commands.ts';

/** One MGET blocks the server for as long as it takes. */
const mostAtOnce = 200;

/** What is stored, by plain GET and MGET: a script for each read would cost the server six times as much. */
export class Values {
  readonly #commands: Commands;
  readonly #keys: Keys;

  constructor(commands: Commands, keys: Keys) {
    this.#commands = commands;
    this.#keys = keys;
  }

  /** In the order of the keys; an error where the server of that one has failed. */
  of(keys: readonly SessionKey[], call: Call): Promise<readonly unknown[]> {
    const [first] = keys;
    if (first !== undefined && keys.length === 1) return this.#one(this.#keys.session(first), call);
    if (this.#commands.port.isCluster) return this.#byTag(keys, call);
    return this.#inPortions(
      keys.map(key => this.#keys.session(key)),
      call,
    );
  }

  async #one(name: string, call: Call): Promise<readonly unknown[]> {
    return [await this.#commands.send(name, ['GET', name], call)];
  }

  async #inPortions(names: readonly string[], call: Call): Promise<readonly unknown[]> {
    const portions: Promise<readonly unknown[]>[] = [];
    for (let from = 0; from < names.length; from += mostAtOnce)
      portions.push(this.#many(names.slice(from, from + mostAtOnce), call));
    return (await Promise.all(portions)).flat();
  }

  async #many(names: readonly string[], call: Call): Promise<readonly unknown[]> {
    const values = await this.#commands.send(names[0] ?? '', ['MGET', ...names], call);
    return Array.isArray(values) ? (values as unknown[]) : [];
  }

  /** A failure of one server is none of the others. */
  async #byTag(keys: readonly SessionKey[], call: Call): Promise<readonly unknown[]> {
    const namesOfTags = new Map<string, string[]>();
    for (const key of keys) {
      const names = namesOfTags.get(key.tag) ?? [];
      names.push(this.#keys.session(key));
      namesOfTags.set(key.tag, names);
    }
    const found = new Map<string, unknown>();
    await Promise.all(
      [...namesOfTags.values()].map(async names => {
        const values = await this.#group(names, call);
        for (const [index, name] of names.entries()) found.set(name, values[index]);
      }),
    );
    return keys.map(key => found.get(this.#keys.session(key)));
  }

  async #group(names: readonly string[], call: Call): Promise<readonly unknown[]> {
    try {
      const [first] = names;
      if (first !== undefined && names.length === 1) return await this.#one(first, call);
      return await this.#many(names, call);
    } catch (error) {
      if (isApart(error)) return (await Promise.all(names.map(name => this.#group([name], call)))).flat();
      return names.map(() => unavailable(error));
    }
  }
}

/** For one key of several, which the store does not wrap. */
export function unavailable(cause: unknown): Error {
  if (cause instanceof StoreUnavailableError) return cause;
  return new StoreUnavailableError('Redis failed while reading a session. The cause says why.', {
    cause,
    outcome: 'not done',
  });
}

import type { SessionKey } from '../backend/session-record.ts';

/** The names of the keys. Everything of one user key is in one slot of a cluster. */
export class Keys {
  readonly #prefix: string;

  constructor(prefix: string) {
    this.#prefix = prefix;
  }

  session({ userKey, hash }: SessionKey): string {
    return `${this.#prefix}s:{${userKey}}:${hash}`;
  }

  /** The sessions of a user key, by their expiry. */
  index(userKey: string): string {
    return `${this.#prefix}u:{${userKey}}`;
  }

  mark(userKey: string): string {
    return `${this.#prefix}u:{${userKey}}:fence`;
  }
}

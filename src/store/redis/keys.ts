import type { SessionKey } from '../backend/session-record.ts';

/** The names of the keys. Everything of one tag is in one slot of a cluster. */
export class Keys {
  readonly #prefix: string;

  constructor(prefix: string) {
    this.#prefix = prefix;
  }

  session({ tag, hash }: SessionKey): string {
    return `${this.#prefix}s:{${tag}}:${hash}`;
  }

  /** The sessions of a tag, by their expiry. */
  index(tag: string): string {
    return `${this.#prefix}u:{${tag}}`;
  }

  mark(tag: string): string {
    return `${this.#prefix}u:{${tag}}:fence`;
  }
}

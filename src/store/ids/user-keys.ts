import { createHmac } from 'node:crypto';
import { BoundedMap } from '../../platform/bounded.ts';
import type { Secret } from '../options/keys.ts';

/** A log-in asks several times for the keys of its user, and a keyed hash takes as long as the rest of a write. */
const mostKnown = 1000;

/** The keys of a user: one for each secret of the option `keys.tag`, that of the newest secret first. */
export class UserKeys {
  readonly #secrets: readonly Secret[];
  readonly #known = new BoundedMap<string, readonly string[]>(mostKnown);

  constructor(secrets: readonly Secret[]) {
    this.#secrets = secrets;
  }

  /** The key for new sessions. */
  newest(user: string): string {
    return this.all(user)[0] ?? '';
  }

  all(user: string): readonly string[] {
    const known = this.#known.get(user);
    if (known !== undefined) return known;
    const userKeys = this.#secrets.map(secret => userKeyOf(secret, user));
    this.#known.set(user, userKeys);
    return userKeys;
  }
}

function userKeyOf(secret: Secret, user: string): string {
  return createHmac('sha256', secret).update(user).digest('base64url').slice(0, 12);
}

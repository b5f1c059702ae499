import { createHmac } from 'node:crypto';
import { BoundedMap } from '../../platform/bounded.ts';
import type { Secret } from '../options/keys.ts';

/** A log-in asks several times for the tags of its user, and a keyed hash takes as long as the rest of a write. */
const mostKnown = 1000;

/** The tags of a user: one for each tag key, the tag of the newest key first. */
export class UserTags {
  readonly #keys: readonly Secret[];
  readonly #known = new BoundedMap<string, readonly string[]>(mostKnown);

  constructor(keys: readonly Secret[]) {
    this.#keys = keys;
  }

  /** The tag for new sessions. */
  newest(user: string): string {
    return this.all(user)[0] ?? '';
  }

  all(user: string): readonly string[] {
    const known = this.#known.get(user);
    if (known !== undefined) return known;
    const tags = this.#keys.map(key => tagOf(key, user));
    this.#known.set(user, tags);
    return tags;
  }
}

function tagOf(key: Secret, user: string): string {
  return createHmac('sha256', key).update(user).digest('base64url').slice(0, 12);
}

import { createHmac } from 'node:crypto';
import type { Secret } from '../options/keys.ts';

/** The tags of a user: one for each tag key, the tag of the newest key first. */
export class UserTags {
  readonly #keys: readonly Secret[];

  constructor(keys: readonly Secret[]) {
    this.#keys = keys;
  }

  /** The tag for new sessions. */
  newest(user: string): string {
    return this.all(user)[0] ?? '';
  }

  all(user: string): readonly string[] {
    return this.#keys.map(key => tagOf(key, user));
  }
}

function tagOf(key: Secret, user: string): string {
  return createHmac('sha256', key).update(user).digest('base64url').slice(0, 12);
}

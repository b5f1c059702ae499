import { clock } from '../../../session/clock.ts';

/**
 * What the server's clock shows, as far as its answers tell: each one was given between the sending and the coming of its
 * answer. The time of the system plays no part, so that it may be wrong, or be set.
 */
export class ServerClock {
  /** The least and the most that the server's clock is ahead of ours. */
  #ahead: { readonly least: number; readonly most: number } | undefined;
  #notedAt = Number.NEGATIVE_INFINITY;

  /**
   * @param serverTime that an answer gave, milliseconds since 1970
   * @param sentAt by `clock`; the answer has come just now
   */
  note(serverTime: number, sentAt: number): void {
    const now = clock.now();
    const heard = { least: serverTime - now, most: serverTime - sentAt };
    const known = this.#ahead ?? heard;
    const both = { least: Math.max(known.least, heard.least), most: Math.min(known.most, heard.most) };
    // Else one of the clocks was set, or another server has become the primary.
    this.#ahead = both.least <= both.most ? both : heard;
    this.#notedAt = now;
  }

  /** The earliest that the time can be, milliseconds since 1970; undefined if no answer has come for `maxAgeMS`. */
  earliest(maxAgeMS: number): number | undefined {
    const now = clock.now();
    if (this.#ahead === undefined || now - this.#notedAt > maxAgeMS) return undefined;
    return Math.floor(now + this.#ahead.least);
  }
}

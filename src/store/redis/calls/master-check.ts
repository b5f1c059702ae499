import { clock } from '../../../platform/time/clock.ts';
import { StoreUnavailableError } from '../../errors.ts';

/** How long a server is assumed to be still the master: a demoted server may keep its connections, and answer reads. */
const masterForMS = 10_000;

/** Whether the server accepts writes, as far as its last answers show. */
export class MasterCheck {
  #seenAt = Number.NEGATIVE_INFINITY;
  #refusedAt = Number.NEGATIVE_INFINITY;

  /** False if a read must also run the check. */
  get isFresh(): boolean {
    return clock.now() - this.#seenAt < masterForMS;
  }

  /** @param sentAt when the check was sent, by the monotonic clock */
  passed(sentAt: number): void {
    if (sentAt > this.#refusedAt) this.#seenAt = sentAt;
  }

  /** It has refused a write. */
  failed(): void {
    this.#refusedAt = clock.now();
    this.#seenAt = Number.NEGATIVE_INFINITY;
  }
}

export function notTheMaster(cause: unknown): StoreUnavailableError {
  return new StoreUnavailableError(
    'The Redis server that the client is connected to is a replica now. It may still have sessions that have ended, so nothing is read from it. Connect the client to the master; with sentinels or a cluster it finds that one itself.',
    { cause, outcome: 'not done' },
  );
}

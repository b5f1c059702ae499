import { clock } from '../../../session/clock.ts';
import { StoreUnavailableError } from '../../errors.ts';

/** For so long a server that was the master is taken for it: one that was made a replica keeps its connections, and answers reads. */
const masterForMS = 10_000;

/** Whether the server that is read from takes writes, as far as its last answers tell. */
export class MasterCheck {
  #seenAt = Number.NEGATIVE_INFINITY;
  #refusedAt = Number.NEGATIVE_INFINITY;

  /** False where a read has to ask, too. */
  get isFresh(): boolean {
    return clock.now() - this.#seenAt < masterForMS;
  }

  /** @param sentAt when it was asked what only a master answers, by the monotonic clock */
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
    'The Redis server that the client is connected to is a replica by now, which may still have sessions that were ended: nothing is read from it. Connect the client to the master; with sentinels or a cluster it finds that one itself.',
    { cause, outcome: 'not done' },
  );
}

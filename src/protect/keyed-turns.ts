import { TransactionQueue } from './transaction-queue.ts';

export type TurnKey = string | number;

interface Line {
  readonly queue: TransactionQueue;
  /** Who has the turn, and who waits for it. */
  members: number;
  holder: object | undefined;
}

/** One turn at a time for each key, first come first served. A key that nobody wants is forgotten. */
export class KeyedTurns {
  readonly #lines = new Map<TurnKey, Line>();

  /**
   * @param signal gives up waiting; the promise is rejected with its reason
   * @returns what ends the turn; to call it again does nothing
   */
  async take(key: TurnKey, member: object, signal: AbortSignal): Promise<() => void> {
    const line = this.#lines.get(key) ?? { queue: new TransactionQueue(), members: 0, holder: undefined };
    this.#lines.set(key, line);
    line.members += 1;
    try {
      await line.queue.enter(signal);
    } catch (reason) {
      this.#leave(key, line);
      throw reason;
    }
    line.holder = member;
    return () => {
      if (line.holder !== member) return;
      line.holder = undefined;
      this.#leave(key, line);
      line.queue.leave();
    };
  }

  holderOf(key: TurnKey): object | undefined {
    return this.#lines.get(key)?.holder;
  }

  #leave(key: TurnKey, line: Line): void {
    line.members -= 1;
    if (line.members === 0) this.#lines.delete(key);
  }
}

import { Mutex } from './mutex.ts';

export type TurnKey = string | number;

interface Line {
  readonly queue: Mutex;
  /** The member that has the turn, and the members that wait. */
  members: number;
  holder: object | undefined;
}

/** One turn at a time for each key, in the order of the calls. A key without members is dropped. */
export class KeyedMutex {
  readonly #lines = new Map<TurnKey, Line>();

  /**
   * @param signal stops the wait; the promise is rejected with its reason
   * @returns a function that ends the turn; a second call does nothing
   */
  async take(key: TurnKey, member: object, signal: AbortSignal): Promise<() => void> {
    const line = this.#lines.get(key) ?? { queue: new Mutex(), members: 0, holder: undefined };
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

  /** How many members wait for their turn. */
  get waiting(): number {
    let waiting = 0;
    for (const { members, holder } of this.#lines.values())
      waiting += members - (holder === undefined ? 0 : 1);
    return waiting;
  }

  holderOf(key: TurnKey): object | undefined {
    return this.#lines.get(key)?.holder;
  }

  #leave(key: TurnKey, line: Line): void {
    line.members -= 1;
    if (line.members === 0) this.#lines.delete(key);
  }
}

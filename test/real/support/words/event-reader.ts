import type { SessionGuardEvent } from '../../../../src/guard/events/events.ts';

/** Reads the events of one session one after another. An event may be told by the word of an earlier one. */
export class EventReader {
  readonly #events: readonly SessionGuardEvent[];
  readonly #told = new Set<number>();
  #next = 0;

  constructor(events: readonly SessionGuardEvent[]) {
    this.#events = events;
  }

  /** @returns the next event; undefined if it was told already */
  take(): SessionGuardEvent | undefined {
    const index = this.#next;
    this.#next += 1;
    return this.#told.has(index) ? undefined : this.#events[index];
  }

  /** If the next event that was not told is such a one, it is told now. */
  tellToo(isPart: (event: SessionGuardEvent) => boolean): SessionGuardEvent | undefined {
    let index = this.#next;
    while (this.#told.has(index)) index += 1;
    const event = this.#events[index];
    if (event === undefined || !isPart(event)) return undefined;
    this.#told.add(index);
    return event;
  }

  /** The next event of such a kind, however far away it is. */
  ahead(isWanted: (event: SessionGuardEvent) => boolean): SessionGuardEvent | undefined {
    for (let index = this.#next; index < this.#events.length; index += 1) {
      const event = this.#events[index];
      if (event !== undefined && isWanted(event)) return event;
    }
    return undefined;
  }
}

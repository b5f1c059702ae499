import type { SessionGuardEvent } from '../../../../src/guard/events/events.ts';

/** Reads the events of one session one after another. The word of an event may also stand for a later one. */
export class EventReader {
  readonly #events: readonly SessionGuardEvent[];
  readonly #written = new Set<number>();
  #next = 0;

  constructor(events: readonly SessionGuardEvent[]) {
    this.#events = events;
  }

  /** @returns the next event; undefined if an earlier word stands for it */
  take(): SessionGuardEvent | undefined {
    const index = this.#next;
    this.#next += 1;
    return this.#written.has(index) ? undefined : this.#events[index];
  }

  /** If the next event is such a one, the current word stands for it, too. */
  takeToo(isPart: (event: SessionGuardEvent) => boolean): SessionGuardEvent | undefined {
    let index = this.#next;
    while (this.#written.has(index)) index += 1;
    const event = this.#events[index];
    if (event === undefined || !isPart(event)) return undefined;
    this.#written.add(index);
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

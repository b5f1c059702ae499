import { clearTimeout, setTimeout } from '../../../platform/time/clock.ts';

interface Waiting<Member> {
  readonly member: Member;
  readonly order: number;
  readonly go: () => void;
}

/**
 * At most `limit` members have a turn at a time; the others wait, in the order of their calls. A member that has waited for too
 * long takes the turn of the member that has had its turn for longest, which is slow or was forgotten.
 */
export class Turns<Member extends object> {
  readonly #limit: () => number;
  readonly #members = new Set<Member>();
  readonly #waiting: Waiting<Member>[] = [];

  constructor(limit: () => number) {
    this.#limit = limit;
  }

  get size(): number {
    return this.#members.size;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  get areWaiting(): boolean {
    return this.waiting > 0;
  }

  get isUsed(): boolean {
    return this.size > 0 || this.areWaiting;
  }

  /** @returns whether the member has its turn, at once */
  enter(member: Member): boolean {
    if (!this.#members.has(member) && this.size >= this.#limit()) return false;
    this.#members.add(member);
    return true;
  }

  /**
   * @param order the member with the lowest order is next
   * @param signal ends the wait; the member has no turn then
   * @param longestMS how long it waits at most
   * @returns true if its turn has come; false if the time or the signal has ended the wait
   */
  wait(member: Member, order: number, signal: AbortSignal | undefined, longestMS: number): Promise<boolean> {
    // An aborted signal emits no event any more.
    if (signal?.aborted === true) return Promise.resolve(false);
    return new Promise(resolve => {
      const settle = (hasCome: boolean) => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', stop);
        resolve(hasCome);
      };
      const waiting = { member, order, go: () => settle(true) };
      const stop = () => {
        this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
        settle(false);
      };
      const timer = setTimeout(() => {
        const [oldest] = this.#members;
        if (oldest !== undefined) this.#members.delete(oldest);
        this.#members.add(member);
        stop();
      }, longestMS);
      signal?.addEventListener('abort', stop, { once: true });
      const at = this.#waiting.findLastIndex(other => other.order < order) + 1;
      this.#waiting.splice(at, 0, waiting);
    });
  }

  /** Its turn is over, if it has one. */
  leave(member: Member): void {
    if (!this.#members.delete(member)) return;
    while (this.size < this.#limit()) {
      const next = this.#waiting.shift();
      if (next === undefined) return;
      this.#members.add(next.member);
      next.go();
    }
  }
}

import { setImmediate } from '../../platform/time/clock.ts';

/**
 * Collects the callers of one turn of the event loop, so that they are sent to the server as one request. No caller joins a
 * request that was already sent: so each answer includes every write that was acknowledged before its call.
 */
export class Batcher<Caller> {
  readonly #send: (callers: readonly Caller[]) => Promise<void>;
  readonly #few: number;
  #callers: Caller[] = [];
  #inFlight = 0;

  /**
   * @param send answers all its callers, and never rejects
   * @param few while fewer callers than this wait for their answers, a new caller does not wait for the end of the turn
   */
  constructor(send: (callers: readonly Caller[]) => Promise<void>, few = 1) {
    this.#send = send;
    this.#few = few;
  }

  join(caller: Caller): void {
    if (this.#callers.push(caller) === 1) this.#schedule();
  }

  /** While the server has little work for us, a wait for the end of the turn would only cost time. */
  #schedule(): void {
    const send = (): void => void this.#sendAll();
    if (this.#inFlight < this.#few) process.nextTick(send);
    else setImmediate(send);
  }

  async #sendAll(): Promise<void> {
    const callers = this.#callers;
    this.#callers = [];
    this.#inFlight += callers.length;
    try {
      await this.#send(callers);
    } finally {
      this.#inFlight -= callers.length;
    }
  }
}

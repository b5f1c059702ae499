import { setImmediate } from '../../guard/timers.ts';

/**
 * Gathers what asks within one turn of the event loop, so that it goes to the server as one request. Nothing joins what is
 * sent: each answer knows of every write that was acknowledged before it was asked for.
 */
export class Turns<Caller> {
  readonly #send: (callers: readonly Caller[]) => Promise<void>;
  readonly #few: number;
  #callers: Caller[] = [];
  #inFlight = 0;

  /**
   * @param send answers all of its callers, and never rejects
   * @param few while fewer callers than this wait for their answers, who comes does not wait for the end of the turn
   */
  constructor(send: (callers: readonly Caller[]) => Promise<void>, few = 1) {
    this.#send = send;
    this.#few = few;
  }

  join(caller: Caller): void {
    if (this.#callers.push(caller) === 1) this.#schedule();
  }

  /** While the server has little to do for us, waiting for the end of the turn would only cost time. */
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

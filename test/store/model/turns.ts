import { setImmediate } from 'node:timers/promises';
import type { Order } from './stage.ts';

interface Waiting {
  readonly process: string;
  readonly go: () => void;
}

/**
 * One process runs until it ends, or until the turn passes: then the next one runs. Faults need few passes at the right places:
 * an order by chance, which passes at every second request, seldom has one process wait while another runs through.
 */
export class Turns implements Order {
  readonly #passes: readonly number[];
  readonly #waiting: Waiting[] = [];
  #current = '0';
  /** How many requests were let through. */
  steps = 0;

  /** @param passes the numbers of the requests before which the turn passes */
  constructor(passes: readonly number[]) {
    this.#passes = passes;
  }

  schedule(_task: Promise<void>, label: string): Promise<void> {
    const [process = ''] = label.split(':', 1);
    return new Promise(go => this.#waiting.push({ process, go }));
  }

  async waitFor<R>(work: Promise<R>): Promise<R> {
    let isDone = false;
    const done = work.finally(() => {
      isDone = true;
    });
    for (;;) {
      // All that follows from the last answer has happened by then.
      await setImmediate();
      if (isDone) return done;
      this.#next()?.go();
    }
  }

  #next(): Waiting | undefined {
    if (this.#waiting.length === 0) return undefined;
    const others = this.#waiting.findIndex(({ process }) => process !== this.#current);
    const own = this.#waiting.findIndex(({ process }) => process === this.#current);
    const index = own === -1 || (others !== -1 && this.#passes.includes(this.steps)) ? others : own;
    const [chosen] = this.#waiting.splice(index, 1);
    this.steps += 1;
    this.#current = chosen?.process ?? this.#current;
    return chosen;
  }
}

import { starvation } from './starvation.ts';
import { clearInterval, setInterval } from './clock.ts';

/** How often rules that depend on time are called, in milliseconds. */
const everyMS = 1000;

/** Calls a function every second while there is something to observe. It never keeps the process alive. */
export class Ticker {
  readonly #tick: () => 'go on' | 'stop';
  #timer: NodeJS.Timeout | undefined;

  constructor(tick: () => 'go on' | 'stop') {
    this.#tick = tick;
  }

  start(): void {
    if (this.#timer !== undefined) return;
    this.#timer = setInterval(() => this.#run(), everyMS).unref();
    starvation.watch('seldom');
  }

  #run(): void {
    if (this.#tick() === 'go on') return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}

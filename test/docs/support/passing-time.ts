import { clock } from '../../../src/platform/time/clock.ts';

/** Time that passes for the guard alone: an example need not wait for it. */
export class PassingTime {
  readonly #before = { ...clock };
  #passedMS = 0;

  readonly seconds = async (count: number): Promise<void> => {
    this.#passedMS += count * 1000;
    clock.now = () => this.#before.now() + this.#passedMS;
  };

  setBack(): void {
    Object.assign(clock, this.#before);
  }
}

import { Range } from './range.ts';

/** The time that is shown, and whether it is that of the rows on the screen. */
export class View {
  readonly range = new Range();
  /** Until the reader chooses another time. */
  followsRows = true;
  readonly #onChange: () => void;

  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  /** @param around a time; by default the middle */
  zoom(factor: number, around = (this.range.from + this.range.to) / 2): void {
    this.#choose(() => this.range.zoom(factor, around));
  }

  pan(by: number): void {
    this.#choose(() => this.range.pan(by));
  }

  fit(): void {
    this.#choose(() => this.range.fit());
  }

  show(from: number, to: number): void {
    this.#choose(() => this.range.show(from, to));
  }

  fitRows(): void {
    this.followsRows = true;
    this.#onChange();
  }

  #choose(change: () => void): void {
    this.followsRows = false;
    change();
    this.#onChange();
  }
}

/** The shortest time that is shown, in milliseconds. */
const shortest = 0.5;

/** The part of the time that is shown. */
export class Range {
  from = 0;
  to = 1;
  #end = 1;

  get length(): number {
    return this.to - this.from;
  }

  get isWhole(): boolean {
    return this.from <= 0 && this.to >= this.#end;
  }

  /** @param end of the report; live, it grows, and the range grows with it where it shows everything */
  setEnd(end: number): void {
    const wasWhole = this.isWhole;
    this.#end = Math.max(end * 1.01, 1);
    if (wasWhole) this.fit();
  }

  fit(): void {
    this.from = 0;
    this.to = this.#end;
  }

  /** @param factor below 1 shows less time, above 1 more */
  zoom(factor: number, around: number): void {
    const length = Math.min(Math.max(this.length * factor, shortest), this.#end);
    const share = (around - this.from) / this.length;
    this.#set(around - share * length, length);
  }

  pan(by: number): void {
    this.#set(this.from + by, this.length);
  }

  show(from: number, to: number): void {
    const length = Math.max(to - from, shortest);
    this.#set(from - length * 0.1, Math.min(length * 1.2, this.#end));
  }

  #set(from: number, length: number): void {
    this.from = Math.min(Math.max(from, 0), Math.max(this.#end - length, 0));
    this.to = this.from + length;
  }
}

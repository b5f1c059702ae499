/** How many characters of a value are kept. */
const mostOfValue = 200;

/** The values of a label: after so many different ones, all further ones are `other`. Each value is a time series of its own. */
export class BoundedLabel {
  readonly #most: number;
  readonly #values = new Set<string>();

  constructor(most: number) {
    this.#most = most;
  }

  of(text: string): string {
    const value = text.length > mostOfValue ? `${text.slice(0, mostOfValue - 1)}…` : text;
    if (this.#values.has(value)) return value;
    if (this.#values.size >= this.#most) return 'other';
    this.#values.add(value);
    return value;
  }
}

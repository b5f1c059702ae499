const most = 10_000;

type Known = 'used' | 'ended';

/**
 * What this process has done with ids of late. An object that did not come from the store must not bring a session back that has
 * ended.
 */
export class KnownIds {
  readonly #known = new Map<string, Known>();

  use(hash: string): void {
    if (this.#known.get(hash) !== 'ended') this.#put(hash, 'used');
  }

  end(hash: string): void {
    this.#put(hash, 'ended');
  }

  /** The session was stored, so that its objects are known by their snapshots; those of nobody are not created under such an id. */
  forget(hash: string): void {
    this.#known.delete(hash);
  }

  has(hash: string): boolean {
    return this.#known.has(hash);
  }

  hasEnded(hash: string): boolean {
    return this.#known.get(hash) === 'ended';
  }

  #put(hash: string, known: Known): void {
    this.#known.delete(hash);
    this.#known.set(hash, known);
    if (this.#known.size <= most) return;
    const [oldest] = this.#known.keys();
    if (oldest !== undefined) this.#known.delete(oldest);
  }
}

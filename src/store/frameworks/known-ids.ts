import { BoundedMap } from '../../platform/bounded.ts';

type Known = 'used' | 'ended';

/**
 * Ids that this process has used recently. An object that did not come from the store must not revive a session that has ended.
 */
export class KnownIds {
  readonly #known = new BoundedMap<string, Known>(10_000);

  use(hash: string): void {
    if (!this.hasEnded(hash)) this.#known.set(hash, 'used');
  }

  end(hash: string): void {
    this.#known.set(hash, 'ended');
  }

  /**
   * The session was stored, so its objects have snapshots; an object without a snapshot cannot create a session under such an
   * id.
   */
  forget(hash: string): void {
    this.#known.delete(hash);
  }

  has(hash: string): boolean {
    return this.#known.has(hash);
  }

  hasEnded(hash: string): boolean {
    return this.#known.get(hash) === 'ended';
  }
}

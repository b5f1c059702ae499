import type { Operation } from './operation.ts';

const none: readonly Operation[] = [];

/**
 * The operations of a session that are in flight, in the order of their starts. Nearly always there is one: a list needs no
 * memory for the next operation, where a map of which entries come and go allocates a new table every few operations.
 */
export class OpenOperations {
  /** Undefined for a session that has sent nothing. */
  #list: Operation[] | undefined;

  get size(): number {
    return this.#list === undefined ? 0 : this.#list.length;
  }

  get(id: number): Operation | undefined {
    return this.#list?.[this.#indexOf(id)];
  }

  has(id: number): boolean {
    return this.#indexOf(id) >= 0;
  }

  /** As they are now: not a copy. */
  values(): readonly Operation[] {
    return this.#list ?? none;
  }

  add(operation: Operation): void {
    if (this.#list === undefined) this.#list = [operation];
    else this.#list.push(operation);
  }

  /** @returns the operation, if it was in flight */
  remove(id: number): Operation | undefined {
    const at = this.#indexOf(id);
    const list = this.#list;
    if (list === undefined || at < 0) return undefined;
    if (at === list.length - 1) return list.pop();
    return list.splice(at, 1)[0];
  }

  #indexOf(id: number): number {
    const list = this.#list;
    if (list === undefined) return -1;
    for (let at = 0; at < list.length; at += 1) if (list[at]?.id === id) return at;
    return -1;
  }
}

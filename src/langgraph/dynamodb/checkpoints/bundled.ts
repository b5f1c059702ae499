import { type Item, textAt } from '../../../dynamodb/items.ts';
import { names } from '../items/stored.ts';
import { parseKey } from '../keys/sort-keys.ts';

/** A checkpoint's own items, as they were read. */
export interface Bundled {
  readonly ns: string;
  readonly id: string;
  readonly header: Item;
  readonly writes: readonly Item[];
}

/** The items of one checkpoint, whose header may not be there yet. */
interface Group {
  readonly ns: string;
  readonly id: string;
  header: Item | undefined;
  readonly writes: Item[];
}

/**
 * Groups items that are read backwards by checkpoint. Writes without a checkpoint are left out: the checkpoint is not stored
 * yet, or was never put.
 */
export class Grouping {
  #group: Group | undefined;

  /** @returns the checkpoint that is complete with this item, if there is one */
  add(item: Item): Bundled | undefined {
    const key = parseKey(textAt(item, names.sort) ?? '');
    if (key === undefined) return undefined;
    const same = this.#group?.id === key.id && this.#group.ns === key.ns;
    const ended = same ? undefined : this.end();
    this.#group ??= { ns: key.ns, id: key.id, header: undefined, writes: [] };
    if (key.kind === 'checkpoint') this.#group.header = item;
    else this.#group.writes.push(item);
    return ended;
  }

  /** @returns the checkpoint of the last item */
  end(): Bundled | undefined {
    const group = this.#group;
    this.#group = undefined;
    return group?.header && { ...group, header: group.header };
  }
}

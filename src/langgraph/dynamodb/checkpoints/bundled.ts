import { type Item, textAt } from '../../../dynamodb/items.ts';
import { names } from '../items/names.ts';
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
 * Puts items that are read backwards together, checkpoint by checkpoint. Writes without their checkpoint are left out: it is
 * still on its way, or was never put.
 */
export class Grouping {
  #group: Group | undefined;

  /** @returns the checkpoint that has ended with this item, if one has */
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

  /** @returns the checkpoint that the last item belonged to */
  end(): Bundled | undefined {
    const group = this.#group;
    this.#group = undefined;
    return group?.header && { ...group, header: group.header };
  }
}

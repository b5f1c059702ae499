import { setTimeout } from 'node:timers/promises';
import { ask } from '../../../../scripts/servers/redis/ask.mjs';

interface Node {
  readonly host: string;
  readonly port: number;
}

/** A slot on its way from one node of a cluster to another, key by key. */
export class MovingSlot {
  readonly #slot: string;
  readonly #nodes: readonly Node[];
  readonly #from: Node;
  readonly #to: Node;

  private constructor(slot: string, nodes: readonly Node[], way: readonly [Node, Node]) {
    this.#slot = slot;
    this.#nodes = nodes;
    [this.#from, this.#to] = way;
  }

  /** From now on commands get the answer to ask the other node, or to try again. */
  static async begin(key: string, nodes: readonly Node[]): Promise<MovingSlot> {
    const [first] = nodes;
    if (first === undefined) throw new Error('a cluster without nodes');
    const slot = await ask(first.port, ['CLUSTER', 'KEYSLOT', key]);
    const counts = await Promise.all(
      nodes.map(({ port }) => ask(port, ['CLUSTER', 'COUNTKEYSINSLOT', slot])),
    );
    const at = counts.findIndex(count => count !== '0');
    const [from, to] = [nodes[at], nodes[(at + 1) % nodes.length]];
    if (from === undefined || to === undefined) throw new Error('nothing is in the slot');
    const moving = new MovingSlot(slot, nodes, [from, to]);
    await ask(to.port, ['CLUSTER', 'SETSLOT', slot, 'IMPORTING', await idOf(from)]);
    await ask(from.port, ['CLUSTER', 'SETSLOT', slot, 'MIGRATING', await idOf(to)]);
    return moving;
  }

  /** Some of the keys; `most` at most, with a pause after each. */
  async move(most: number, pauseMS = 0): Promise<number> {
    for (let moved = 0; moved < most; moved += 1) {
      const key = await ask(this.#from.port, ['CLUSTER', 'GETKEYSINSLOT', this.#slot, '1']);
      if (key === '') return moved;
      await ask(this.#from.port, ['MIGRATE', this.#to.host, String(this.#to.port), key, '0', '60000']);
      await setTimeout(pauseMS);
    }
    return most;
  }

  /** The rest of the keys, and from now on the slot is the other node's. */
  async end(): Promise<void> {
    await this.move(Number.POSITIVE_INFINITY);
    const id = await idOf(this.#to);
    await ask(this.#to.port, ['CLUSTER', 'SETSLOT', this.#slot, 'NODE', id]);
    await ask(this.#from.port, ['CLUSTER', 'SETSLOT', this.#slot, 'NODE', id]);
    await Promise.all(
      this.#nodes.map(({ port }) => ask(port, ['CLUSTER', 'SETSLOT', this.#slot, 'NODE', id])),
    );
  }
}

function idOf({ port }: Node): Promise<string> {
  return ask(port, ['CLUSTER', 'MYID']);
}

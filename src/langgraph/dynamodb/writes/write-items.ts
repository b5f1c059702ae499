import type { PendingWrite } from '@langchain/langgraph-checkpoint';
import { PutItemCommand, type TransactWriteItem } from '@aws-sdk/client-dynamodb';
import { refusedBy } from '../../../dynamodb/errors.ts';
import { type Item, textAt } from '../../../dynamodb/items.ts';
import type { Stash } from '../blobs/stash.ts';
import type { Call } from '../calls/calls.ts';
import { openWrites } from '../checkpoints/open.ts';
import { type Expiry, expiring } from '../items/expiry.ts';
import { names } from '../items/stored.ts';
import { packWrites, type StoredWrite } from '../items/writes-bundle.ts';
import { checkSortKey } from '../keys/check-key.ts';
import { parseKey, writeKey } from '../keys/sort-keys.ts';
import type { Address } from '../keys/partition.ts';
import type { CheckpointTable, Key } from '../table/checkpoint-table.ts';
import { findItems } from '../table/find-items.ts';

// Slots of a task: `r0` for the regular writes of one call, `r1` for those that a later call adds, and so on; `s1` to `s4`
// for the special ones.

/** Writes of a task. */
export interface PutWrites {
  readonly address: Address;
  readonly task: string;
  readonly path: string;
  readonly writes: readonly PendingWrite[];
}

/** The writes that are stored together. */
export interface Together {
  readonly special: readonly StoredWrite[];
  readonly regular: readonly StoredWrite[];
  /** The number of existing groups of regular writes. */
  readonly group: number;
}

type PutItem = NonNullable<TransactWriteItem['Put']>;

/** The items of one call of `putWrites`. */
export class WriteItems {
  readonly #table: CheckpointTable;
  readonly #put: PutWrites;
  readonly #stash: Stash;
  readonly #expires: number | undefined;
  readonly #written: Key[] = [];

  constructor(
    table: CheckpointTable,
    put: PutWrites,
    { stash, expiry }: { readonly stash: Stash; readonly expiry: Expiry | undefined },
  ) {
    this.#table = table;
    this.#put = put;
    this.#stash = stash;
    this.#expires = expiry?.needed;
  }

  /** @returns false if the task already has regular writes in this group: then nothing was stored */
  async write({ special, regular, group }: Together, call: Call): Promise<boolean> {
    const puts = special.map(write => this.#item(`s${-write.index}`, [write]));
    if (regular.length > 0)
      puts.push({
        ...this.#item(`r${group}`, regular),
        ConditionExpression: 'attribute_not_exists(#s)',
        ExpressionAttributeNames: { '#s': names.sort },
      });
    await this.#stash.write(call);
    if (!(await this.#send(puts, call))) return false;
    this.#written.push(...puts.map(({ Item: item = {} }) => item));
    return true;
  }

  /** The regular writes that the task has. */
  async taken(call: Call): Promise<{ readonly indexes: ReadonlySet<number>; readonly groups: number }> {
    const { address, task } = this.#put;
    const items = (await findItems(this.#table, address, call)).filter(item => isRegularOf(item, task));
    const writes = await openWrites(this.#table, address, items, call);
    return { indexes: new Set(writes.map(({ index }) => index)), groups: items.length };
  }

  async withdraw(call: Call): Promise<void> {
    await this.#table.delete(this.#written, call);
    await this.#stash.withdraw(call);
  }

  #item(slot: string, writes: readonly StoredWrite[]): PutItem {
    const { address, task, path } = this.#put;
    const sort = checkSortKey(writeKey(address, task, slot), 'the writes of a task');
    const item = {
      ...this.#table.key(address.thread, sort),
      ...this.#stash.bundle(packWrites({ path, writes })),
      ...expiring(this.#expires),
    };
    return { TableName: this.#table.name, Item: item };
  }

  async #send(puts: readonly PutItem[], call: Call): Promise<boolean> {
    const [only, ...more] = puts;
    if (only === undefined) return true;
    if (more.length > 0)
      return (
        (await this.#table.transact(
          puts.map(put => ({ Put: put })),
          call,
        )) === 'done'
      );
    try {
      await this.#table.connection.send(new PutItemCommand(only), call.signal);
      return true;
    } catch (error) {
      if (refusedBy(error) === undefined) throw error;
      return false;
    }
  }
}

function isRegularOf(item: Item, task: string): boolean {
  const key = parseKey(textAt(item, names.sort) ?? '');
  return key?.task === task && key.slot.startsWith('r');
}

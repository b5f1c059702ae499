import {
  type AttributeValue,
  GetItemCommand,
  type TransactWriteItem,
  type WriteRequest,
} from '@aws-sdk/client-dynamodb';
import { batchWrite, deleteRequest } from '../../../dynamodb/batch-write.ts';
import { Connection } from '../../../dynamodb/connection.ts';
import type { Item } from '../../../dynamodb/items.ts';
import type { Call } from '../calls/calls.ts';
import { names } from '../items/stored.ts';
import { checkPartition } from '../keys/check-key.ts';
import { partitionOf } from '../keys/partition.ts';
import type { Settings } from '../options/check-options.ts';
import { transact } from './transact.ts';

export type Key = Record<string, AttributeValue>;

/** The table, with the threads of one saver. */
export class CheckpointTable {
  readonly connection: Connection;
  readonly name: string;
  readonly keyPrefix: string;

  constructor({ client, table, keyPrefix }: Settings) {
    this.connection = new Connection(client);
    this.name = table;
    this.keyPrefix = keyPrefix;
  }

  partition(thread: string): AttributeValue {
    const partition = partitionOf(this.keyPrefix, thread);
    checkPartition(partition);
    return { S: partition };
  }

  key(thread: string, sortKey: string): Key {
    return { [names.partition]: this.partition(thread), [names.sort]: { S: sortKey } };
  }

  async get(thread: string, sortKey: string, { signal }: Call): Promise<Item | undefined> {
    const key = this.key(thread, sortKey);
    const command = new GetItemCommand({ TableName: this.name, Key: key, ConsistentRead: true });
    const { Item: item } = await this.connection.send(command, signal);
    return item;
  }

  /** Writes without conditions. */
  async write(requests: readonly WriteRequest[], { signal }: Call): Promise<void> {
    if (requests.length > 0) await batchWrite(this.connection, this.name, requests, signal);
  }

  delete(keys: readonly Item[], call: Call): Promise<void> {
    return this.write(
      keys.map(key => deleteRequest(keyOf(key))),
      call,
    );
  }

  transact(items: readonly TransactWriteItem[], call: Call): ReturnType<typeof transact> {
    return transact(this.connection, items, call);
  }
}

/** The key of an item that was read. */
export function keyOf(item: Item): Key {
  const { [names.partition]: partition, [names.sort]: sort } = item;
  return { ...(partition && { [names.partition]: partition }), ...(sort && { [names.sort]: sort }) };
}

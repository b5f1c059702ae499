import {
  type AttributeValue,
  DeleteItemCommand,
  type DeleteItemCommandInput,
  GetItemCommand,
  PutItemCommand,
  type PutItemCommandInput,
  UpdateItemCommand,
  type UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import type { Connection } from '../../../dynamodb/connection.ts';
import { type Refused, refusedBy } from '../../../dynamodb/errors.ts';
import type { Item } from '../../../dynamodb/items.ts';
import type { TimeRange } from '../../../platform/time/server-clock.ts';
import type { Call } from '../../backend/backend.ts';
import { markRefused, nothingDone } from '../../backend/refused.ts';
import { sizeRefused } from '../size.ts';
import type { StoreTime } from '../store-time.ts';
import { names } from '../items/names.ts';

export interface Done {
  /** The item that a write asked to be returned. */
  readonly item: Item | undefined;
  readonly tries: number;
}

/** The result of a conditional write. */
export type Tried = { readonly done: Done } | { readonly refused: Refused };

type Key = Record<string, AttributeValue>;

const nothing: Key = { [names.userKey]: { S: '-' }, [names.sort]: { S: '-' } };

/** The table of the sessions: operations on single items, and the time. */
export class SessionTable {
  readonly connection: Connection;
  readonly name: string;
  readonly #time: StoreTime;
  /** False if responses have no date. */
  #hasDates = true;

  constructor(connection: Connection, name: string, time: StoreTime) {
    this.connection = connection;
    this.name = name;
    this.#time = time;
  }

  /** The time, from the last response. If there is none, or the machine has slept since, one more request is sent. */
  async time(call: Call): Promise<TimeRange> {
    const known = this.#time.read();
    if (known !== undefined) return known;
    if (this.#hasDates) await this.get(nothing, call);
    const measured = this.#time.read();
    this.#hasDates = measured !== undefined;
    return measured ?? this.#time.unmeasured();
  }

  async get(key: Key, { signal }: Call): Promise<Item | undefined> {
    const command = new GetItemCommand({ TableName: this.name, Key: key, ConsistentRead: true });
    const { Item: item } = await nothingDone(this.connection.send(command, signal));
    return item;
  }

  put(item: Key, { signal }: Call): Promise<unknown> {
    const command = new PutItemCommand({ TableName: this.name, Item: item });
    return this.connection.sendWrite(command, signal, markRefused);
  }

  /** Stores the item only if no item has its key. */
  putNew(item: Key, call: Call): Promise<Tried> {
    return this.replace({ Item: item, ConditionExpression: `attribute_not_exists(${names.userKey})` }, call);
  }

  /** Stores a whole item, under a condition about the stored one. */
  replace(input: Omit<PutItemCommandInput, 'TableName'>, { signal }: Call): Promise<Tried> {
    const command = new PutItemCommand({
      TableName: this.name,
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      ...input,
    });
    return tried(this.connection.sendWrite(command, signal, markRefused));
  }

  update(input: Omit<UpdateItemCommandInput, 'TableName'>, { signal }: Call): Promise<Tried> {
    const command = new UpdateItemCommand({
      TableName: this.name,
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      ...input,
    });
    return tried(this.connection.sendWrite(command, signal, markRefused));
  }

  delete(input: Omit<DeleteItemCommandInput, 'TableName'>, { signal }: Call): Promise<Tried> {
    const command = new DeleteItemCommand({
      TableName: this.name,
      ReturnValues: 'ALL_OLD',
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      ...input,
    });
    return tried(this.connection.sendWrite(command, signal, markRefused));
  }
}

interface WriteOutput {
  readonly Attributes?: Item | undefined;
  readonly $metadata: { readonly attempts?: number | undefined };
}

async function tried(answer: Promise<WriteOutput>): Promise<Tried> {
  try {
    const { Attributes: item, $metadata } = await answer;
    return { done: { item, tries: $metadata.attempts ?? 1 } };
  } catch (error) {
    const refused = refusedBy(error);
    if (refused !== undefined) return { refused };
    throw sizeRefused(error) ?? error;
  }
}

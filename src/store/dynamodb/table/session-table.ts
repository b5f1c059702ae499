import {
  type AttributeValue,
  DeleteItemCommand,
  type DeleteItemCommandInput,
  GetItemCommand,
  PutItemCommand,
  UpdateItemCommand,
  type UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import type { Connection } from '../../../dynamodb/connection.ts';
import { type Refused, refusedBy } from '../../../dynamodb/errors.ts';
import type { Item } from '../../../dynamodb/items.ts';
import type { TimeRange } from '../../../dynamodb/time/measured-clock.ts';
import type { Call } from '../../backend/backend.ts';
import { markRefused, nothingDone } from '../../backend/refused.ts';
import { sizeRefused } from '../size.ts';
import type { StoreTime } from '../store-time.ts';
import { names } from '../items/names.ts';

export interface Done {
  /** Of a write: what it asked to be returned. */
  readonly item: Item | undefined;
  readonly tries: number;
}

/** What a conditional write came to. */
export type Tried = { readonly done: Done } | { readonly refused: Refused };

type Key = Record<string, AttributeValue>;

const nothing: Key = { [names.tag]: { S: '-' }, [names.sort]: { S: '-' } };

/** The table that the sessions are in: single items, and the time. */
export class SessionTable {
  readonly connection: Connection;
  readonly name: string;
  readonly #time: StoreTime;
  /** False where answers come without a date. */
  #tellsTime = true;

  constructor(connection: Connection, name: string, time: StoreTime) {
    this.connection = connection;
    this.name = name;
    this.#time = time;
  }

  /** The time, which the last answer has told. Where none has, or the machine has slept since, one more is asked for. */
  async time(call: Call): Promise<TimeRange> {
    const known = this.#time.read();
    if (known !== undefined) return known;
    if (this.#tellsTime) await this.get(nothing, call);
    const told = this.#time.read();
    this.#tellsTime = told !== undefined;
    return told ?? this.#time.unmeasured();
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

  /** Only where nothing has its key. */
  putNew(item: Key, { signal }: Call): Promise<Tried> {
    const command = new PutItemCommand({
      TableName: this.name,
      Item: item,
      ConditionExpression: `attribute_not_exists(${names.tag})`,
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
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

interface Answer {
  readonly Attributes?: Item | undefined;
  readonly $metadata: { readonly attempts?: number | undefined };
}

async function tried(answer: Promise<Answer>): Promise<Tried> {
  try {
    const { Attributes: item, $metadata } = await answer;
    return { done: { item, tries: $metadata.attempts ?? 1 } };
  } catch (error) {
    const refused = refusedBy(error);
    if (refused !== undefined) return { refused };
    throw sizeRefused(error) ?? error;
  }
}

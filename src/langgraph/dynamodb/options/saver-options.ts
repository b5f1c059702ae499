import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { SerializerProtocol } from '@langchain/langgraph-checkpoint';

/** A `DynamoDBClient`, or a `DynamoDBDocumentClient` made of one. */
export type DynamoClient = Pick<DynamoDBClient, 'send'>;

export interface DynamoDBSaverOptions {
  /** The application's client, or document client. It is used as it is, and never closed. */
  readonly client: DynamoClient;
  /** The table's name or ARN. `setUp()` makes it. */
  readonly table: string;
  /**
   * Stands before each thread's id in the partition key, so that several applications can share a table. A saver sees the
   * threads of its own prefix alone.
   * @default ''
   */
  readonly keyPrefix?: string | undefined;
  /**
   * A checkpoint may be deleted so many seconds after it was written: whole seconds, at least 60.
   * @default none: checkpoints stay until `deleteThread`
   */
  readonly ttlSeconds?: number | undefined;
  /**
   * True: a checkpoint past its TTL is not read any more. False: it is, until DynamoDB has deleted it, which takes up to a few
   * days.
   * @default false
   */
  readonly strict?: boolean | undefined;
  /**
   * How long `deleteThread` keeps out what was under way when it was called, in whole seconds: at least 3600.
   * @default 2592000, 30 days
   */
  readonly fenceSeconds?: number | undefined;
  /**
   * When a call is given up, in milliseconds: 100 to 2147483647. `list`, `getDeltaChannelHistory` and `deleteThread` have so long for
   * each of their requests.
   * @default 10000
   */
  readonly timeoutMS?: number | undefined;
  /** @default LangGraph's `JsonPlusSerializer` */
  readonly serde?: SerializerProtocol | undefined;
}

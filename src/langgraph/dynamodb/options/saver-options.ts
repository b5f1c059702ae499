import type { SerializerProtocol } from '@langchain/langgraph-checkpoint';
import type { DynamoClient } from '../../../dynamodb/connection.ts';

export interface DynamoDBSaverOptions {
  /** The application's `DynamoDBClient`, or a `DynamoDBDocumentClient` created from one. It is never changed or closed. */
  readonly client: DynamoClient;
  /** The table's name or ARN. `setUp()` creates the table. */
  readonly table: string;
  /**
   * Comes before each thread's id in the partition key, so that several applications can share a table. A saver sees only the
   * threads of its own prefix.
   * @default ''
   */
  readonly keyPrefix?: string | undefined;
  /**
   * How many seconds after it was written a checkpoint may be deleted: whole seconds, at least 60.
   * @default none: checkpoints stay until `deleteThread`
   */
  readonly ttlSeconds?: number | undefined;
  /**
   * True: a checkpoint past its TTL is not read any more. False: it is read until DynamoDB has deleted it, which takes up to a
   * few days.
   * @default false
   */
  readonly strict?: boolean | undefined;
  /**
   * How long `deleteThread` refuses writes of runs that were active when it was called, in whole seconds: at least 3600.
   * @default 2592000, 30 days
   */
  readonly fenceSeconds?: number | undefined;
  /**
   * The time limit of a call, in milliseconds: 100 to 2147483647. For `list`, `getDeltaChannelHistory` and `deleteThread` it is
   * the limit of each request.
   * @default 10000
   */
  readonly timeoutMS?: number | undefined;
  /** @default LangGraph's `JsonPlusSerializer` */
  readonly serde?: SerializerProtocol | undefined;
}

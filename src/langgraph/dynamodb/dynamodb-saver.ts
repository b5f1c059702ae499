import type { RunnableConfig } from '@langchain/core/runnables';
import {
  BaseCheckpointSaver,
  type ChannelVersions,
  type Checkpoint,
  type CheckpointListOptions,
  type CheckpointMetadata,
  type CheckpointTuple,
  type DeltaChannelHistory,
  type PendingWrite,
} from '@langchain/langgraph-checkpoint';
import { Background } from './calls/background.ts';
import { SaverCalls } from './calls/calls.ts';
import { reading, writing } from '../../platform/time/timed-calls.ts';
import { Carried } from './checkpoints/carried.ts';
import { putCheckpoint } from './checkpoints/put.ts';
import { type SaverContext, readTuple } from './checkpoints/read.ts';
import { isDueToExpire, keepAlive } from './delta/keep-alive.ts';
import { type History, readHistory } from './delta/read-history.ts';
import { badConfig } from './errors.ts';
import { expiryFrom } from './items/expiry.ts';
import type { Place } from './keys/partition.ts';
import { aName, placeOf, readConfig } from './keys/read-config.ts';
import { list } from './list/list.ts';
import { listQueryOf } from './list/list-query.ts';
import { checkSaverOptions } from './options/check-options.ts';
import type { DynamoDBSaverOptions } from './options/saver-options.ts';
import { CheckpointTable } from './table/checkpoint-table.ts';
import { setUp, setUpCommands, type SetUpOptions } from './table/set-up.ts';
import { deleteThread } from './threads/delete-thread.ts';
import { putWrites } from './writes/put-writes.ts';

/**
 * Keeps the checkpoints of LangGraph in one DynamoDB table.
 * @example
 * ```ts dynamodb
 * import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
 * import { DynamoDBSaver } from 'session-guard/langgraph/dynamodb';
 *
 * const client = new DynamoDBClient({
 *   endpoint: process.env.DYNAMODB_ENDPOINT ?? '',
 *   region: 'eu-west-1',
 *   credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
 * });
 * const checkpointer = new DynamoDBSaver({ client, table: 'example-checkpoints' });
 * await checkpointer.setUp();
 * // For `compile({ checkpointer })` of a graph.
 * console.log(await checkpointer.getTuple({ configurable: { thread_id: 'thread-1' } })); // → undefined
 * client.destroy();
 * ```
 */
export class DynamoDBSaver extends BaseCheckpointSaver {
  readonly #shared: Omit<SaverContext, 'serde'>;
  readonly #calls: SaverCalls;
  readonly #background = new Background();

  /** @throws SessionGuardError ERR_SESSION_GUARD_INVALID_OPTION */
  constructor(options: DynamoDBSaverOptions) {
    const settings = checkSaverOptions(options);
    super(options.serde);
    this.#calls = new SaverCalls(settings);
    this.#shared = { table: new CheckpointTable(settings), settings, carried: new Carried() };
  }

  /**
   * Creates the table with its TTL, or checks an existing one. Once is enough; several processes may do it at once.
   * @throws SessionGuardError ERR_SESSION_GUARD_CHECKPOINT_SET_UP
   */
  async setUp(options?: SetUpOptions): Promise<void> {
    await setUp(this.#shared.table, this.#calls, options);
  }

  /** The actions of `setUp` as commands of the AWS CLI. */
  setUpCommands(options?: SetUpOptions): string {
    return setUpCommands(this.#shared.table.name, options);
  }

  /** The checkpoint of the config's `checkpoint_id`, or the latest one of its thread and namespace. */
  override async getTuple(config: RunnableConfig): Promise<CheckpointTuple | undefined> {
    const where = readConfig(config);
    if (where.thread === undefined) return undefined;
    const place = placeOf(where, 'Reading a checkpoint');
    return this.#calls.run(reading('reading a checkpoint'), call =>
      readTuple(this.#context, place, where.id, call),
    );
  }

  /** Newest first. Without a `thread_id` in the config, the whole table is scanned. */
  override async *list(
    config: RunnableConfig,
    options?: CheckpointListOptions,
  ): AsyncGenerator<CheckpointTuple> {
    yield* list(this.#context, listQueryOf(config, options), this.#calls);
  }

  /** @throws SessionGuardError ERR_SESSION_GUARD_CHECKPOINT_THREAD_DELETED if it comes from a thread that was deleted */
  override async put(
    config: RunnableConfig,
    checkpoint: Checkpoint,
    metadata: CheckpointMetadata,
    newVersions: ChannelVersions,
  ): Promise<RunnableConfig> {
    const where = readConfig(config);
    const place = placeOf(where, 'Storing a checkpoint');
    const id = aName("The checkpoint's id", checkpoint.id, { mayBeEmpty: false });
    if (id === undefined) throw badConfig('A checkpoint without an id cannot be stored.');
    const put = { address: { ...place, id }, parent: where.id, checkpoint, metadata, newVersions };
    await this.#background.done(place.thread);
    await this.#calls.run(writing('storing a checkpoint'), call => putCheckpoint(this.#context, put, call));
    return { configurable: { thread_id: place.thread, checkpoint_ns: place.ns, checkpoint_id: id } };
  }

  /** @throws SessionGuardError ERR_SESSION_GUARD_CHECKPOINT_THREAD_DELETED as `put` does */
  override async putWrites(
    config: RunnableConfig,
    writes: PendingWrite[],
    taskId: string,
    taskPath = '',
  ): Promise<void> {
    const where = readConfig(config);
    const place = placeOf(where, 'Storing the writes of a task');
    const task = aName("The task's id", taskId, { mayBeEmpty: true });
    if (where.id === undefined || task === undefined)
      throw badConfig(
        'Storing the writes of a task needs a checkpoint_id in the config, and the id of the task.',
      );
    const put = { address: { ...place, id: where.id }, task, path: taskPath, writes };
    await this.#calls.run(writing('storing the writes of a task'), call =>
      putWrites(this.#context, put, call),
    );
  }

  /** Deletes all checkpoints and writes of a thread, in all namespaces. Later writes of active runs are refused. */
  override async deleteThread(threadId: string): Promise<void> {
    const thread = aName('thread_id', threadId, { mayBeEmpty: false });
    if (thread === undefined) throw badConfig('deleteThread needs the id of a thread.');
    const { table, settings, carried } = this.#shared;
    const expires = Math.ceil(Date.now() / 1000) + settings.fenceSeconds;
    await deleteThread({ table, calls: this.#calls, thread, fenceExpires: expires });
    carried.forget(thread);
  }

  /**
   * The values and writes from which channels that store only differences are restored.
   * @throws SessionGuardError ERR_SESSION_GUARD_CHECKPOINT_ANCESTOR_GONE if a checkpoint is missing on the way
   */
  override async getDeltaChannelHistory(options: {
    config: RunnableConfig;
    channels: string[];
  }): Promise<Record<string, DeltaChannelHistory>> {
    const where = readConfig(options.config);
    if (options.channels.length === 0) return {};
    const place = placeOf(where, 'Reading the history of channels');
    const { id } = where;
    const history = await readHistory(this.#context, place, {
      id,
      channels: options.channels,
      calls: this.#calls,
    });
    this.#keepAlive(place, history);
    return history.channels;
  }

  #keepAlive(place: Place, history: History): void {
    const { table, settings } = this.#shared;
    const expiry = expiryFrom(settings.ttlSeconds);
    if (expiry === undefined || settings.ttlSeconds === undefined) return;
    const { chain } = history;
    // Without descendants an ancestor does not have to be kept alive.
    if (chain.length < 2 || !isDueToExpire(chain, settings.ttlSeconds)) return;
    const task = writing('keeping checkpoints that others are built on');
    const work = this.#calls.run(task, call => keepAlive(table, place, { chain, expiry }, call));
    this.#background.add(place.thread, work);
  }

  /** The serializer may be set later: it is a public field of the base class. */
  get #context(): SaverContext {
    return { ...this.#shared, serde: this.serde };
  }
}

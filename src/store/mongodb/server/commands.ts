import { outsideScopes } from '../../../guard/scope/async-scope.ts';
import { clock } from '../../../platform/time/clock.ts';
import type { ServerClock, TimeRange } from '../../../platform/time/server-clock.ts';
import type { Call } from '../../backend/backend.ts';
import { nothingDone } from '../../backend/refused.ts';
import { afterWrite } from '../../requests/after-write.ts';
import { headerProjection, timeIn } from '../documents/session-document.ts';
import type { MongoCollection } from './collection.ts';
import { isTakenId, markedIfRefused } from './refusal.ts';
import { sizeErrorOf } from './size-limit.ts';

/**
 * The settings of the collection, its database and its client do not matter: writes are acknowledged by a majority of the
 * members, reads come from the primary, and values are plain JavaScript values.
 */
export const commandOptions = {
  readPreference: 'primary',
  readConcern: { level: 'local' },
  writeConcern: { w: 'majority' },
  includeResultMetadata: false,
  raw: false,
  promoteValues: true,
  promoteLongs: true,
  useBigInt64: false,
  // A text with invalid UTF-8 must not prevent the reads of other documents in its batch.
  enableUtf8Validation: false,
} as const;

export const linearizable = { ...commandOptions, readConcern: { level: 'linearizable' } } as const;

interface ReadOptions {
  readonly projection: object;
  /** The most documents that there can be; the server sends that many at once. */
  readonly most?: number;
  readonly strict?: boolean;
}

/**
 * The only path to the driver. Each command is sent outside the application's transaction, leaves the driver's queue at the
 * deadline, and returns the server's time.
 */
export class Commands {
  readonly #collection: MongoCollection;
  readonly #serverClock: ServerClock;

  constructor(collection: MongoCollection, serverClock: ServerClock) {
    this.#collection = collection;
    this.#serverClock = serverClock;
  }

  /** @returns undefined if it is not known from earlier answers */
  serverTime(): TimeRange | undefined {
    return this.#serverClock.read();
  }

  async findOne(
    filter: object,
    { projection, strict }: ReadOptions,
    call: Call,
  ): Promise<object | undefined> {
    const options = { ...(strict === true ? linearizable : commandOptions), projection };
    const [found] = await nothingDone(
      this.#send(call, signal => this.#collection.findOne(filter, { ...options, signal }).then(asList)),
    );
    return found;
  }

  find(filter: object, { projection, most, strict }: ReadOptions, call: Call): Promise<object[]> {
    const batch = most === undefined ? { batchSize: 1000 } : { limit: most, batchSize: most };
    const options = { ...(strict === true ? linearizable : commandOptions), ...batch, projection };
    return nothingDone(
      this.#send(call, signal => this.#collection.find(filter, { ...options, signal }).toArray()),
    );
  }

  async aggregate(pipeline: object[], call: Call): Promise<object | undefined> {
    const [answer] = await nothingDone(
      this.#send(call, signal =>
        this.#collection.aggregate(pipeline, { ...commandOptions, signal }).toArray(),
      ),
    );
    return answer;
  }

  /** @returns false if a document with this id exists */
  async insert(document: object, call: Call): Promise<boolean> {
    try {
      await this.#send(call, signal =>
        this.#collection.insertOne(document, { ...commandOptions, signal }).then(() => []),
      );
      return true;
    } catch (error) {
      if (isTakenId(error)) return false;
      throw error;
    }
  }

  /** @returns the document after the update */
  async update(
    filter: object,
    pipeline: object[],
    { projection, upsert = false }: { readonly projection: object; readonly upsert?: boolean },
    call: Call,
  ): Promise<object | undefined> {
    const options = { ...commandOptions, projection, upsert, returnDocument: 'after' };
    const [after] = await this.#send(call, signal =>
      this.#collection.findOneAndUpdate(filter, pipeline, { ...options, signal }).then(asList),
    );
    return after;
  }

  /** @returns false if the filter finds no document */
  async updateOne(filter: object, update: object, call: Call): Promise<boolean> {
    let matched = 0;
    await this.#send(call, async signal => {
      const answer = await this.#collection.updateOne(filter, update, { ...commandOptions, signal });
      matched = answer.matchedCount;
      return [];
    });
    return matched > 0;
  }

  /** @returns the header of the removed document, and the server's time */
  async remove(filter: object, call: Call): Promise<object | undefined> {
    const options = { ...commandOptions, projection: headerProjection };
    const [removed] = await this.#send(call, signal =>
      this.#collection.findOneAndDelete(filter, { ...options, signal }).then(asList),
    );
    if (removed === undefined || timeIn(removed) !== undefined) return removed;
    // If the driver had to send the command again, the server answers with the stored document, and ignores the projection.
    return { ...removed, now: await afterWrite(() => this.#time(call)) };
  }

  /** `$facet` returns a document even if the collection is empty. */
  async #time(call: Call): Promise<unknown> {
    const none = [{ $match: { _id: null } }, { $facet: { found: [{ $limit: 1 }] } }];
    const answer = await this.aggregate([...none, { $set: { now: '$$NOW' } }], call);
    return answer && 'now' in answer ? answer.now : undefined;
  }

  async #send(call: Call, send: (signal: AbortSignal) => Promise<object[]>): Promise<object[]> {
    call.signal.throwIfAborted();
    const sentAt = clock.now();
    try {
      const documents = await outsideScopes(() => send(call.signal));
      const time = documents[0] && timeIn(documents[0]);
      if (time !== undefined) this.#serverClock.note(time, sentAt);
      return documents;
    } catch (error) {
      throw sizeErrorOf(error) ?? markedIfRefused(error);
    }
  }
}

function asList(document: object | null): object[] {
  return document === null ? [] : [document];
}

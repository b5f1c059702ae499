import { outsideScopes } from '../../../scope/async-scope.ts';
import { clock } from '../../../session/clock.ts';
import type { Call } from '../../backend/backend.ts';
import { nothingDone } from '../../backend/refused.ts';
import { timeIn } from '../documents/session-document.ts';
import { headerProjection } from '../documents/projections.ts';
import type { MongoCollection } from './collection.ts';
import { commandOptions, linearizable } from './command-options.ts';
import { isTakenId } from './error-code.ts';
import { markedIfRefused } from './refusal.ts';
import type { ServerClock } from './server-clock.ts';
import { sizeErrorOf } from './size-limit.ts';

interface Wanted {
  readonly projection: object;
  /** How many documents there can be; the server sends that many at once. */
  readonly most?: number;
  readonly strict?: boolean;
}

/**
 * The one way to the driver. Whatever is sent is outside of the transaction that the application may be in, leaves the driver's
 * queue at the deadline, and gives the server's time.
 */
export class Commands {
  readonly #collection: MongoCollection;
  readonly #serverClock: ServerClock;

  constructor(collection: MongoCollection, serverClock: ServerClock) {
    this.#collection = collection;
    this.#serverClock = serverClock;
  }

  async findOne(filter: object, { projection, strict }: Wanted, call: Call): Promise<object | undefined> {
    const options = { ...(strict === true ? linearizable : commandOptions), projection };
    const [found] = await nothingDone(
      this.#send(call, signal => this.#collection.findOne(filter, { ...options, signal }).then(asList)),
    );
    return found;
  }

  find(filter: object, { projection, most, strict }: Wanted, call: Call): Promise<object[]> {
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

  /** @returns false if there is a document with its id */
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

  /** @returns the document as it is afterwards */
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

  /** @returns the header of what was there */
  async remove(filter: object, call: Call): Promise<object | undefined> {
    const options = { ...commandOptions, projection: headerProjection };
    const [removed] = await this.#send(call, signal =>
      this.#collection.findOneAndDelete(filter, { ...options, signal }).then(asList),
    );
    return removed;
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

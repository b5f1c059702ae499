import type { ClientSession, Collection } from 'mongodb';
import type { Item } from '../side.ts';

/** One class for all collections of an application, as many have it. */
export class BaseRepository {
  readonly #items: Collection<Item>;

  constructor(items: Collection<Item>) {
    this.#items = items;
  }

  async create(id: string, session?: ClientSession): Promise<void> {
    await this.#items.insertOne({ _id: id }, session === undefined ? {} : { session }); // misuse: repository
  }
}

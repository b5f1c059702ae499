import type { Collection, MongoClient, MongoClientOptions } from 'mongodb';
import type { Row } from './operations.ts';
import { perform } from './perform.ts';
import type { Holder, Performance, Played } from './steps.ts';
import { WireTap } from './wire-tap.ts';

/** Connections that the programs find open. */
const warm = 8;

const options: MongoClientOptions = {
  monitorCommands: true,
  minPoolSize: warm,
  maxPoolSize: warm,
  // A write that waited for the disk would take a hundred times as long.
  writeConcern: { w: 1, journal: false },
};

const holders: readonly Holder[] = ['first', 'second', 'own', 'none'];

/** Where the programs of one process are performed, one after the other. */
export class Stage {
  readonly #client: MongoClient;
  readonly #tap: WireTap;
  /** Looks, prepares and cleans up. */
  readonly #keeper: MongoClient;
  readonly #db: string;
  #unhandled = 0;

  private constructor(client: MongoClient, keeper: MongoClient, db: string) {
    this.#client = client;
    this.#tap = new WireTap(client);
    this.#keeper = keeper;
    this.#db = db;
    process.on('unhandledRejection', () => {
      this.#unhandled += 1;
    });
  }

  static async open(driver: 'mongodb' | 'mongodb6', uri: string, db: string): Promise<Stage> {
    const lib: typeof import('mongodb') = await import(driver);
    const client = new lib.MongoClient(uri, options);
    const keeper = new lib.MongoClient(uri, { writeConcern: { w: 1, journal: false } });
    await Promise.all([client.connect(), keeper.connect()]);
    await Promise.all(Array.from({ length: 4 * warm }, () => client.db(db).command({ ping: 1 })));
    return new Stage(client, keeper, db);
  }

  async play(asked: Performance): Promise<Played> {
    await this.#prepare();
    this.#tap.clear();
    this.#unhandled = 0;
    const outcomes = await perform(asked, this.#client.db(this.#db));
    const { commands } = this.#tap;
    const unhandled = this.#unhandled;
    await this.#stopTransactions();
    await outcomes.takeDropped();
    return { commands, outcomes: outcomes.byPlace, stored: await this.#stored(), unhandled };
  }

  async close(): Promise<void> {
    await this.#keeper.db(this.#db).dropDatabase();
    await Promise.all([this.#client.close(), this.#keeper.close()]);
  }

  /** Collections that are created again take five times as long as the program. */
  async #prepare(): Promise<void> {
    const rows = holders.map(holder => ({ _id: `${holder} 0`, n: 0 }));
    await Promise.all(
      this.#rows().map(async each => {
        await each.deleteMany({});
        await each.insertMany(rows);
      }),
    );
  }

  /** A command that was not awaited may have begun one that no session of the driver's knows of. */
  async #stopTransactions(): Promise<void> {
    const { ids } = this.#tap;
    if (ids.length > 0) await this.#keeper.db('admin').command({ killSessions: ids });
  }

  async #stored(): Promise<string[]> {
    const all = await Promise.all(this.#rows().map(each => each.find().sort({ _id: 1 }).toArray()));
    return all.flatMap((rows, index) => rows.map(({ _id: id, n }) => `${index} ${id}: ${n}`));
  }

  #rows(): readonly Collection<Row>[] {
    return ['a', 'b'].map(name => this.#keeper.db(this.#db).collection<Row>(name));
  }
}

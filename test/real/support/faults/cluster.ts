import { MongoClient } from 'mongodb';
import { startReplicaSet } from '../../../../scripts/servers/mongodb/replica-set.mjs';

type RunningSet = Awaited<ReturnType<typeof startReplicaSet>>;
export type Member = RunningSet['members'][number];

/** A replica set of three members to which everything may be done, and a client that only looks. */
export class Cluster {
  readonly uri: string;
  readonly looker: MongoClient;
  readonly #set: RunningSet;

  private constructor(set: RunningSet) {
    this.#set = set;
    this.uri = set.uri;
    this.looker = new MongoClient(set.uri, { serverSelectionTimeoutMS: 60_000 });
  }

  static async start(): Promise<Cluster> {
    return new Cluster(await startReplicaSet({ members: 3 }));
  }

  async stop(): Promise<void> {
    await this.looker.close();
    await this.#set.stop();
  }

  get members(): readonly Member[] {
    return this.#set.members;
  }

  async primary(): Promise<Member> {
    const { primary } = await this.looker.db('admin').command({ hello: 1 });
    const found = this.members.find(({ port }) => String(primary).endsWith(`:${port}`));
    return found ?? this.primary();
  }

  async secondaries(): Promise<readonly Member[]> {
    const primary = await this.primary();
    return this.members.filter(member => member !== primary);
  }

  /** Waits until there is a primary, and every member follows it. */
  async healed(): Promise<void> {
    for (;;) {
      const states = await this.#states().catch(() => []);
      const primaries = states.filter(state => state === 'PRIMARY').length;
      const secondaries = states.filter(state => state === 'SECONDARY').length;
      if (primaries === 1 && secondaries === this.members.length - 1) return;
      await new Promise(resolve => setTimeout(resolve, 100));
    }
  }

  async #states(): Promise<readonly string[]> {
    const { members } = await this.looker.db('admin').command({ replSetGetStatus: 1 });
    return (members as readonly { readonly stateStr: string }[]).map(({ stateStr }) => stateStr);
  }

  /** The same command on every member, whatever its state: a fail point follows no election. */
  async everywhere(command: Readonly<Record<string, unknown>>): Promise<void> {
    await this.#onEach(async client => void (await client.db('admin').command(command)));
  }

  /** How many connections of the clients with this name the members have, the monitoring ones among them. */
  async connectionsOf(appName: string): Promise<number> {
    const pipeline = [
      { $currentOp: { allUsers: true, idleConnections: true } },
      { $match: { appName } },
      { $count: 'count' },
    ];
    const counts = await this.#onEach(async client => {
      const [found] = await client.db('admin').aggregate(pipeline).toArray();
      return Number(found?.['count'] ?? 0);
    });
    return counts.reduce((sum, count) => sum + count, 0);
  }

  #onEach<T>(run: (client: MongoClient) => Promise<T>): Promise<readonly T[]> {
    const each = this.members.map(async ({ port }) => {
      const client = new MongoClient(`mongodb://127.0.0.1:${port}/?directConnection=true`);
      try {
        return await run(client);
      } finally {
        await client.close();
      }
    });
    return Promise.all(each);
  }
}

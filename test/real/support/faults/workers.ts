import { type Collection, ObjectId } from 'mongodb';
import { ConnectionManager, type Finding, type WithTxnOptions } from '../../../../src/index.ts';
import { type SessionStore, sessionStore } from '../../../../src/store/index.ts';
import { mongoBackend } from '../../../../src/store/mongodb/index.ts';
import type { Cluster } from './cluster.ts';
import type { Random } from './random.ts';

interface Account {
  readonly _id: number;
  readonly balance: number;
}

/** One document for each transfer and each plain insert; `call` is not a key, so that one written twice would be seen. */
interface Entry {
  readonly call: string;
  readonly from?: number;
  readonly to?: number;
  readonly amount?: number;
}

export interface Rejected {
  readonly call: string;
  readonly error: unknown;
}

const accounts = 1000;
const balance = 1000;

/** A user session is asked for until the cluster has healed. */
const storeTimeoutMS = 60_000;

/**
 * Workers of one manager that transfer money, read all accounts in one transaction, insert without a session, read what they
 * have written, and keep user sessions.
 */
export class Workers {
  readonly manager: ConnectionManager;
  readonly appName = `faults-${new ObjectId().toHexString()}`;
  readonly findings: Finding[] = [];
  readonly rejected: Rejected[] = [];
  /** What was not found as it must be: of their own writes, of all accounts, of a user session. */
  readonly notFound: string[] = [];
  readonly acknowledged = new Set<string>();
  readonly #random: Random;
  readonly #cluster: Cluster;
  readonly #options: WithTxnOptions;
  /** None over a connection to one member: the store refuses that. */
  readonly #sessions: SessionStore<Record<string, unknown>> | undefined;
  #calls = 0;
  #waiting: { readonly at: number; readonly go: () => void }[] = [];
  #stopped = false;
  #running: Promise<unknown> = Promise.resolve();

  constructor(cluster: Cluster, random: Random, options: WithTxnOptions = {}, uri = cluster.uri) {
    this.#cluster = cluster;
    this.#random = random;
    this.#options = options;
    this.manager = new ConnectionManager(uri, {
      console: false,
      onFinding: finding => void this.findings.push(finding),
      client: { appName: this.appName, writeConcern: { w: 'majority' } },
    });
    this.#sessions = uri === cluster.uri ? this.#openStore() : undefined;
  }

  #openStore(): SessionStore<Record<string, unknown>> {
    return sessionStore(mongoBackend(this.manager.db(this.appName).collection('sessions')), {
      keys: { tag: ['the key of a test, which is not a secret'] },
      timeoutMS: storeTimeoutMS,
    });
  }

  get #accounts(): Collection<Account> {
    return this.manager.db(this.appName).collection('accounts');
  }

  get #entries(): Collection<Entry> {
    return this.manager.db(this.appName).collection('entries');
  }

  async start(): Promise<void> {
    const all = Array.from({ length: accounts }, (_, _id) => ({ _id, balance }));
    await this.#accounts.insertMany(all);
    await this.#entries.insertOne({ call: 'first' });
    this.acknowledged.add('first');
    const sessions = this.#sessions;
    await sessions?.setUp();
    const kinds = [
      ...Array.from({ length: 8 }, (_, n) => this.#work(`transfer ${n}`, call => this.#transfer(call))),
      ...Array.from({ length: 4 }, (_, n) => this.#work(`insert ${n}`, call => this.#insert(call))),
      ...Array.from({ length: 2 }, (_, n) => this.#work(`causal ${n}`, call => this.#causal(call))),
      this.#work('audit', call => this.#audit(call)),
      ...(sessions === undefined ? [] : [this.#work('user', call => this.#user(sessions, call))]),
    ];
    this.#running = Promise.all(kinds);
  }

  async #work(name: string, run: (call: string) => Promise<unknown>): Promise<void> {
    for (let round = 0; !this.#stopped; round += 1) {
      const call = `${name} ${round}`;
      try {
        await run(call);
        this.acknowledged.add(call);
      } catch (error) {
        this.rejected.push({ call, error });
      }
      this.#calls += 1;
      for (const { at, go } of this.#waiting) if (at <= this.#calls) go();
      this.#waiting = this.#waiting.filter(({ at }) => at > this.#calls);
    }
  }

  #transfer(call: string): Promise<unknown> {
    const from = this.#random.below(accounts);
    const to = (from + 1 + this.#random.below(accounts - 1)) % accounts;
    const amount = 1 + this.#random.below(9);
    return this.manager.withTxn(async session => {
      await this.#accounts.updateOne({ _id: from }, { $inc: { balance: -amount } }, { session });
      await this.#accounts.updateOne({ _id: to }, { $inc: { balance: amount } }, { session });
      await this.#entries.insertOne({ call, from, to, amount }, { session });
    }, this.#options);
  }

  #insert(call: string): Promise<unknown> {
    return this.#entries.insertOne({ call });
  }

  #causal(call: string): Promise<unknown> {
    return this.manager.withSession(
      async session => {
        await this.#entries.insertOne({ call }, { session });
        const read = {
          session,
          readPreference: 'secondaryPreferred',
          readConcern: { level: 'majority' },
        } as const;
        const found = await this.#entries.findOne({ call }, read).catch((error: unknown) => String(error));
        if (found === null || typeof found === 'string') this.notFound.push(`${call}: ${found}`);
      },
      { causalConsistency: true },
    );
  }

  /** Reads all accounts in several batches: a transaction sees no transfer in half. */
  async #audit(call: string): Promise<void> {
    const sum = await this.manager.withTxn(async session => {
      let total = 0;
      for await (const account of this.#accounts.find({}, { session, batchSize: 250 }))
        total += account.balance;
      await this.#entries.insertOne({ call }, { session });
      return total;
    }, this.#options);
    if (sum !== accounts * balance) this.notFound.push(`${call}: ${sum} in all accounts`);
  }

  /** A user session from its creation to its end. */
  async #user(sessions: SessionStore<Record<string, unknown>>, call: string): Promise<void> {
    const session = await sessions.create({ call, visits: 0 });
    await sessions.patch(session, { visits: 1 });
    const found = await sessions.get(session.id);
    if (found?.data['visits'] !== 1) this.notFound.push(`${call}: the visit is not in the session`);
    await sessions.destroy(session.id);
    if ((await sessions.get(session.id)) !== null) this.notFound.push(`${call}: there after its end`);
    await this.#insert(call);
  }

  /** Waits until so many more calls are over. */
  more(calls: number): Promise<void> {
    return new Promise(go => void this.#waiting.push({ at: this.#calls + calls, go }));
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#running;
  }

  /** After `stop`: what is wrong in the data, in words. */
  async wrong(): Promise<readonly string[]> {
    const majority = { readConcern: { level: 'majority' } } as const;
    const db = this.#cluster.looker.db(this.appName);
    const entries = await db.collection<Entry>('entries', majority).find().toArray();
    const stored = await db.collection<Account>('accounts', majority).find().toArray();
    const times = timesOf(entries);
    return [
      ...[...this.acknowledged]
        .filter(call => times.get(call) !== 1)
        .map(call => `${call}: acknowledged, there ${times.get(call) ?? 0} times`),
      ...[...times].filter(([, count]) => count > 1).map(([call]) => `${call}: there more than once`),
      ...this.rejected
        .filter(({ call, error }) => times.has(call) && !saysUnknown(error))
        .map(({ call, error }) => `${call}: there, and rejected with ${String(error)}`),
      ...unbalanced(stored, entries),
    ];
  }

  /** What is open; after `stop` and `close` it comes to nothing. */
  async left(): Promise<Readonly<Record<string, number>>> {
    const { sessionsOpen, operationsInFlight, callbacksRunning } = this.manager.stats();
    const connections = await this.#cluster.connectionsOf(this.appName);
    return { sessionsOpen, operationsInFlight, callbacksRunning, connections };
  }
}

/** How often each call has written its entry. */
function timesOf(entries: readonly Entry[]): ReadonlyMap<string, number> {
  const times = new Map<string, number>();
  for (const { call } of entries) times.set(call, (times.get(call) ?? 0) + 1);
  return times;
}

/** The ledger and the balances say the same, so no transfer is there in half, or twice. */
function unbalanced(stored: readonly Account[], entries: readonly Entry[]): readonly string[] {
  const expected = new Map(stored.map(({ _id }) => [_id, balance]));
  for (const { from, to, amount = 0 } of entries) {
    if (from !== undefined) expected.set(from, (expected.get(from) ?? 0) - amount);
    if (to !== undefined) expected.set(to, (expected.get(to) ?? 0) + amount);
  }
  return stored
    .map(({ _id: id, balance: found }) => ({ id, found, wanted: expected.get(id) }))
    .filter(({ found, wanted }) => found !== wanted)
    .map(({ id, found, wanted }) => `account ${id}: ${found} instead of ${wanted}`);
}

/** The caller can see that the write may have been done. */
export function saysUnknown(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  if ('commitOutcomeUnknown' in error && error.commitOutcomeUnknown === true) return true;
  const labels = 'errorLabels' in error && Array.isArray(error.errorLabels) ? error.errorLabels : [];
  return labels.includes('UnknownTransactionCommitResult') || labels.includes('RetryableWriteError');
}

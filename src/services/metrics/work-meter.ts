import type { MongoClient } from 'mongodb';
import { clock } from '../../platform/time/clock.ts';
import type { Finding } from '../../guard/findings/finding.ts';
import type {
  FindingSubject,
  OperationTrack,
  SessionTrack,
  TrackedClient,
  TrackedOperation,
  TrackedTransaction,
  TransactionTrack,
  WorkTracker,
} from '../../guard/runtime/tracking/work-tracker.ts';
import { codeOf, reasonOf, typeOf } from '../error-facts.ts';
import { BoundedLabel } from './bounded-label.ts';
import type { Measures } from './measures.ts';
import { measurePools } from './pool-meter.ts';

/** How many names of transactions, reasons of retries, addresses of servers, … get a label of their own. */
const mostNames = 100;

/** Measures the work of clients. */
export class WorkMeter implements WorkTracker {
  readonly #measures: Measures;
  readonly #isMeasured: (client: MongoClient) => boolean;
  readonly #names = new BoundedLabel(mostNames);
  readonly #reasons = new BoundedLabel(mostNames);
  readonly #operations = new BoundedLabel(mostNames);
  readonly #errors = new BoundedLabel(mostNames);
  readonly #addresses = new BoundedLabel(mostNames);
  readonly #pools = new Set<() => void>();
  /** A program may make clients without end: what is known of one goes with it. */
  readonly #gone = new FinalizationRegistry<() => void>(stop => {
    stop();
    this.#pools.delete(stop);
  });
  /** The clients whose pools are measured. */
  readonly #met = new WeakSet<MongoClient>();

  /** @param isMeasured which clients */
  constructor(measures: Measures, isMeasured: (client: MongoClient) => boolean) {
    this.#measures = measures;
    this.#isMeasured = isMeasured;
  }

  client({ client }: TrackedClient): void {
    this.#measure(client);
  }

  session({ client }: { readonly client: MongoClient }): SessionTrack | undefined {
    if (!this.#measure(client)) return undefined;
    this.#measures.sessions(1);
    return { ended: () => this.#measures.sessions(-1) };
  }

  operation({ client, name, database, collection }: TrackedOperation): OperationTrack | undefined {
    if (!this.#measure(client)) return undefined;
    const since = clock.now();
    return {
      waited: ({ for: reason, durationMS }) => this.#measures.wait(reason, durationMS / 1000),
      ended: failure => {
        const error = failure && this.#errors.of(codeOf(failure.error) ?? typeOf(failure.error));
        const seconds = (clock.now() - since) / 1000;
        this.#measures.operation({ name: this.#operations.of(name), database, collection, seconds, error });
      },
    };
  }

  transaction({ client, name }: TrackedTransaction): TransactionTrack | undefined {
    if (!this.#measure(client)) return undefined;
    const since = clock.now();
    return {
      waited: ({ for: reason, durationMS }) => this.#measures.wait(reason, durationMS / 1000),
      retried: ({ of, error }) => this.#measures.retry(of, this.#reasons.of(reasonOf(error))),
      ended: ({ outcome, attempts }) => {
        const seconds = (clock.now() - since) / 1000;
        const label = this.#names.of(name ?? 'unnamed');
        this.#measures.transaction({ name: label, outcome, attempts, seconds });
      },
    };
  }

  finding({ rule, severity }: Finding, { client }: FindingSubject): void {
    if (client === undefined || this.#isMeasured(client)) this.#measures.finding(rule, severity);
  }

  /** @returns false if the client is not measured */
  #measure(client: MongoClient): boolean {
    if (!this.#isMeasured(client)) return false;
    if (this.#met.has(client)) return true;
    this.#met.add(client);
    const stop = measurePools(client, this.#measures, this.#addresses);
    this.#pools.add(stop);
    this.#gone.register(client, stop);
    return true;
  }

  stop(): void {
    for (const stop of this.#pools) stop();
    this.#pools.clear();
  }
}

import type { MongoClient } from 'mongodb';
import { clock } from '../../../platform/time/clock.ts';
import type { Operation } from '../../events/events.ts';
import type { RunEvent } from '../transaction/run-events.ts';
import { runInside, eachTrack, timeWait, type Tracks, tracksOf } from './trackers.ts';
import type { Failed, TransactionEnd, TransactionTrack, Wait, WaitReason } from './work-tracker.ts';

interface Begun {
  readonly client: MongoClient;
  readonly by: 'runner' | 'user';
  readonly name: string | undefined;
}

/** The tracks of one run of a transaction: what the events of the run mean for them. */
export class RunTrack {
  readonly tracks: Tracks<TransactionTrack>;
  #attempts = 0;
  #lastError: unknown;
  #committed = false;
  #commits = 0;
  #isOver = false;
  #returnedAt = 0;
  #stragglers: readonly string[] = [];
  /** Called when its transaction is over. */
  onEnd: (() => void) | undefined;

  /** @returns undefined if nobody follows */
  static begin({ client, by, name }: Begun): RunTrack | undefined {
    const transaction = { client, by, name };
    const tracks = tracksOf(tracker => tracker.transaction?.(transaction));
    return tracks && new RunTrack(tracks);
  }

  private constructor(tracks: Tracks<TransactionTrack>) {
    this.tracks = tracks;
  }

  run<T>(loop: () => T): T {
    return runInside(this.tracks, loop);
  }

  waits<T>(reason: WaitReason, waiting: Promise<T>): Promise<T> {
    return timeWait(waiting, durationMS => this.#waited({ for: reason, durationMS }));
  }

  /** The call was given up before its first attempt: it was stopped in a wait, or could not connect. */
  neverBegan(error: unknown): void {
    this.#end({ outcome: 'aborted', attempts: 0, failure: { error } });
  }

  /** A call that was stopped has ended for its trackers while its callback still runs. */
  #waited(wait: Wait): void {
    if (this.#isOver) return;
    eachTrack(this.tracks, track => track.waited?.(wait));
  }

  note(event: RunEvent): void {
    switch (event.type) {
      case 'entered':
        return this.#enter();
      case 'returned':
        this.#returnedAt = clock.now();
        this.#stragglers = event.pending?.map(textOf) ?? [];
        return;
      case 'drained':
        return this.#drained(event.failure);
      case 'ending':
        if (event.as === 'commit') this.#commit();
        return;
      case 'operation failed':
        this.#lastError = event.error;
        return;
      case 'commit failed':
        this.#lastError = event.error;
        return;
      case 'committed':
        this.#committed = true;
        return;
      case 'reported':
        return this.#end(event);
    }
  }

  #enter(): void {
    this.#attempts += 1;
    this.#commits = 0;
    if (this.#attempts > 1) this.#retried('transaction');
  }

  #commit(): void {
    this.#commits += 1;
    if (this.#commits > 1 && !this.#committed) this.#retried('commit');
  }

  #retried(of: 'transaction' | 'commit'): void {
    if (this.#isOver) return;
    const retry = { of, attempt: this.#attempts, error: this.#lastError };
    eachTrack(this.tracks, track => track.retried?.(retry));
  }

  #drained(failure: Failed | undefined): void {
    if (failure !== undefined) this.#lastError = failure.error;
    const operations = this.#stragglers;
    this.#stragglers = [];
    if (operations.length === 0) return;
    this.#waited({ for: 'drain', durationMS: clock.now() - this.#returnedAt, operations });
  }

  #end({ outcome, attempts, failure }: TransactionEnd): void {
    this.#isOver = true;
    const known =
      outcome === 'committed' || this.#lastError === undefined ? undefined : { error: this.#lastError };
    const end = { outcome, attempts, failure: failure ?? known };
    eachTrack(this.tracks, track => track.ended(end));
    this.onEnd?.();
  }
}

function textOf({ command, namespace }: Operation): string {
  return namespace === undefined ? command : `${command} ${namespace}`;
}

import type { Reading } from '../backend/backend.ts';
import type { SessionKey } from '../backend/session-record.ts';
import type { Calls } from './calls.ts';
import { reading } from '../../platform/time/timed-calls.ts';
import { Batcher } from './batcher.ts';

type ReadResult = Reading | undefined;

interface Caller {
  readonly key: SessionKey;
  readonly resolve: (answer: ReadResult) => void;
  readonly reject: (error: unknown) => void;
}

const task = reading('reading a session');

/** Reads of one session each. */
export interface Reads {
  one(key: SessionKey): Promise<ReadResult>;
}

/** Each read is a separate request. */
export class SingleReads implements Reads {
  readonly #calls: Calls;

  constructor(calls: Calls) {
    this.#calls = calls;
  }

  async one(key: SessionKey): Promise<ReadResult> {
    const [answer] = await this.#calls.run(task, (backend, call) => backend.read([key], call));
    if (answer instanceof Error) throw this.#calls.failed(task, answer);
    return answer;
  }
}

/** The reads of one turn of the event loop are sent as one request. */
export class CoalescedReads implements Reads {
  readonly #calls: Calls;
  readonly #batcher: Batcher<Caller>;

  /** @param few the back end's `readsAtOnce` */
  constructor(calls: Calls, few: number | undefined) {
    this.#calls = calls;
    this.#batcher = new Batcher(callers => this.#send(callers), few);
  }

  one(key: SessionKey): Promise<ReadResult> {
    return new Promise((resolve, reject) => this.#batcher.join({ key, resolve, reject }));
  }

  async #send(callers: readonly Caller[]): Promise<void> {
    try {
      const keys = callers.map(({ key }) => key);
      const answers = await this.#calls.run(task, (backend, call) => backend.read(keys, call));
      for (const [index, caller] of callers.entries()) this.#settle(caller, answers[index]);
    } catch (error) {
      for (const { reject } of callers) reject(error);
    }
  }

  #settle({ resolve, reject }: Caller, answer: ReadResult | Error): void {
    if (answer instanceof Error) reject(this.#calls.failed(task, answer));
    else resolve(answer);
  }
}

import { setImmediate } from '../../guard/timers.ts';
import type { Reading } from '../backend/backend.ts';
import type { SessionKey } from '../backend/session-key.ts';
import { type Calls, reading } from './calls.ts';

type Answer = Reading | undefined;

interface Caller {
  readonly key: SessionKey;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
}

const task = reading('reading a session');

/** Reads of one session each. */
export interface Reads {
  one(key: SessionKey): Promise<Answer>;
}

/** Each read is a request of its own. */
export class SingleReads implements Reads {
  readonly #calls: Calls;

  constructor(calls: Calls) {
    this.#calls = calls;
  }

  async one(key: SessionKey): Promise<Answer> {
    const [answer] = await this.#calls.run(task, (backend, call) => backend.read([key], call));
    if (answer instanceof Error) throw answer;
    return answer;
  }
}

/**
 * The reads of one turn of the event loop go as one request. A read never joins a request that is sent, so that it sees
 * every write that was acknowledged before it began.
 */
export class CoalescedReads implements Reads {
  readonly #calls: Calls;
  #callers: Caller[] = [];
  #inFlight = 0;

  constructor(calls: Calls) {
    this.#calls = calls;
  }

  one(key: SessionKey): Promise<Answer> {
    return new Promise((resolve, reject) => {
      if (this.#callers.push({ key, resolve, reject }) === 1) this.#schedule();
    });
  }

  /** While the server has nothing to do for us, waiting for the end of the turn would only cost time. */
  #schedule(): void {
    const send = (): void => void this.#send();
    if (this.#inFlight === 0) process.nextTick(send);
    else setImmediate(send);
  }

  async #send(): Promise<void> {
    const callers = this.#callers;
    this.#callers = [];
    this.#inFlight += 1;
    try {
      const keys = callers.map(({ key }) => key);
      const answers = await this.#calls.run(task, (backend, call) => backend.read(keys, call));
      for (const [index, caller] of callers.entries()) settle(caller, answers[index]);
    } catch (error) {
      for (const { reject } of callers) reject(error);
    } finally {
      this.#inFlight -= 1;
    }
  }
}

function settle({ resolve, reject }: Caller, answer: Answer | Error): void {
  if (answer instanceof Error) reject(answer);
  else resolve(answer);
}

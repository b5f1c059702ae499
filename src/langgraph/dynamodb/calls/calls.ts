import { Deadline, type Task, within } from '../../../platform/time/timed-calls.ts';
import { tooLate } from '../errors.ts';
import { explain } from './explain.ts';

/** One call of the saver, or one step of a long one. */
export interface Call {
  /** Ends with the call's time. */
  readonly signal: AbortSignal;
  /** Called with an error for which the call tries again: it becomes the cause if the time ends. */
  readonly trouble: (error: unknown) => void;
}

/** Gives every call a time limit, and errors that say what to do. */
export class SaverCalls {
  readonly #table: string;
  readonly #timeoutMS: number;

  constructor({ table, timeoutMS }: { readonly table: string; readonly timeoutMS: number }) {
    this.#table = table;
    this.#timeoutMS = timeoutMS;
  }

  /** @throws SessionGuardError ERR_SESSION_GUARD_CHECKPOINT_TIMEOUT, ERR_SESSION_GUARD_CHECKPOINT_SET_UP */
  async run<R>(task: Task, send: (call: Call) => Promise<R>, limitMS = this.#timeoutMS): Promise<R> {
    const deadline = new Deadline(limitMS);
    let last: unknown;
    const trouble = (error: unknown): void => {
      last = error;
    };
    try {
      // Not every wait of the client ends with the signal: the wait for credentials does not.
      return await within(deadline, send({ signal: deadline.signal, trouble }), {
        late: () => this.#tooLate(task, limitMS, last),
        failed: error => explain(error, this.#table, task.doing),
      });
    } finally {
      deadline.dismiss();
    }
  }

  #tooLate({ doing, writes }: Task, limitMS: number, cause: unknown): Error {
    const outcome = writes ? '; whether it was done is not known' : '';
    const why =
      cause === undefined
        ? 'See whether DynamoDB can be reached'
        : 'It was sent again and again: the cause says why. See whether the table is throttled';
    return tooLate(
      `DynamoDB has not finished ${doing} within ${limitMS} ms${outcome}. ${why}; the limit is the saver's option timeoutMS.`,
      cause,
    );
  }
}

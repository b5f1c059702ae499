import { clearTimeout, setTimeout } from '../../../guard/timers.ts';
import { tooLate } from '../errors.ts';
import { explain } from './explain.ts';

/** One call of the saver, or one step of a long one. */
export interface Call {
  /** Ends with the call's time. */
  readonly signal: AbortSignal;
  /** Told of what makes the call try again: the cause, if its time ends over that. */
  readonly trouble: (error: unknown) => void;
}

/** What is done, as it stands in a message: `'reading a checkpoint'`. */
export interface Task {
  readonly doing: string;
  /** Whether it changes something, so that a failure leaves the outcome open. */
  readonly writes: boolean;
}

export const reading = (doing: string): Task => ({ doing, writes: false });
export const writing = (doing: string): Task => ({ doing, writes: true });

/** Gives every call its time, and errors that say what to do. */
export class Calls {
  readonly #table: string;
  readonly #timeoutMS: number;

  constructor({ table, timeoutMS }: { readonly table: string; readonly timeoutMS: number }) {
    this.#table = table;
    this.#timeoutMS = timeoutMS;
  }

  /** @throws SessionGuardError ERR_SESSION_GUARD_CHECKPOINT_TIMEOUT, ERR_SESSION_GUARD_CHECKPOINT_SET_UP */
  async run<R>(task: Task, send: (call: Call) => Promise<R>, limitMS = this.#timeoutMS): Promise<R> {
    const controller = new AbortController();
    let last: unknown;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        reject(this.#tooLate(task, limitMS, last));
        controller.abort();
      }, limitMS);
    });
    const trouble = (error: unknown): void => {
      last = error;
    };
    try {
      // Not every wait of the client ends with the signal: that for credentials does not.
      return await Promise.race([send({ signal: controller.signal, trouble }), late]);
    } catch (error) {
      throw explain(error, this.#table, task.doing);
    } finally {
      clearTimeout(timer);
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

import { follow } from '../../../platform/follow.ts';

/** The result of a commit or an abort. */
export type Over = (failed?: { readonly error: unknown }) => void;

type Callback = (error: unknown, ...rest: unknown[]) => void;

/**
 * One commit or abort in flight, observed by the commands that the driver sends for it: the promise of the call belongs to the
 * user, and nothing is attached to it.
 */
export class EndingWatch {
  readonly #over: Over;
  #commands = 0;

  constructor(over: Over) {
    this.#over = over;
  }

  /** The driver has sent a command. */
  get isSent(): boolean {
    return this.#commands > 0;
  }

  hear(sent: unknown): Promise<unknown> {
    const command = this.#next();
    return follow(
      sent as Promise<unknown>,
      () => this.#over(),
      error => {
        this.#checkRetry(command, error);
        return error;
      },
    );
  }

  /** The same for drivers up to 6.3, which pass a callback. */
  hearCallback(callback: Callback): Callback {
    const command = this.#next();
    return (error, ...rest) => {
      if (error == null) this.#over();
      else this.#checkRetry(command, error);
      callback(error, ...rest);
    };
  }

  #next(): number {
    this.#commands += 1;
    return this.#commands;
  }

  /** A commit may be sent again: the driver decides this in the next microtask, before the user's code continues. */
  #checkRetry(command: number, error: unknown): void {
    queueMicrotask(() =>
      queueMicrotask(() => {
        if (command === this.#commands) this.#over({ error });
      }),
    );
  }
}

import { follow } from './follow.ts';

/** What a commit or an abort came to. */
export type Over = (failed?: { readonly error: unknown }) => void;

type Callback = (error: unknown, ...rest: unknown[]) => void;

/**
 * One commit or abort that is on its way, heard by the commands that the driver sends for it: the promise of the call itself
 * is the user's, and is left as it is.
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

  /** The same for driver 6.0, which passes a callback. */
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

  /** A commit may be sent once more: the driver decides that in the next microtask, and the user goes on after it. */
  #checkRetry(command: number, error: unknown): void {
    queueMicrotask(() =>
      queueMicrotask(() => {
        if (command === this.#commands) this.#over({ error });
      }),
    );
  }
}

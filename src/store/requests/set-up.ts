import { Deadline, within } from '../../platform/time/timed-calls.ts';
import { SessionGuardError } from '../../errors/errors.ts';
import type { SessionBackend } from '../backend/backend.ts';
import { setUpFailed, StoreUnavailableError } from '../errors.ts';

/** The creation of a table takes some time. */
const timeoutMS = 60_000;

/** The set-up of a back end: once, and again after each failure. */
export class SetUp {
  readonly #backend: SessionBackend;
  #running: Promise<void> | undefined;
  isDone: boolean;

  /** @param wanted false if an administrator does the set-up */
  constructor(backend: SessionBackend, wanted: boolean) {
    this.#backend = backend;
    this.isDone = !wanted;
  }

  /** @throws SessionGuardError ERR_SESSION_GUARD_STORE_SET_UP */
  async done(): Promise<void> {
    if (this.isDone) return;
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
    });
    await this.#running;
  }

  async #run(): Promise<void> {
    const deadline = new Deadline(timeoutMS);
    try {
      // Also ends if the back end ignores the signal.
      const late = () => new Error(`It was not done within ${timeoutMS} ms.`);
      await within(deadline, this.#backend.setUp(deadline), { late });
      this.isDone = true;
    } catch (cause) {
      if (cause instanceof SessionGuardError) throw cause;
      if (isUnreachable(cause))
        throw new StoreUnavailableError(
          `${this.#backend.name} cannot be reached: nothing was done. The cause says why.`,
          { cause, outcome: 'not done' },
        );
      throw setUpFailed(
        `${this.#backend.name} could not be set up for sessions; the cause says why. If the application may not do this, run the commands that setUpCommands() gives, and set the store's option setUp to false.`,
        cause,
      );
    } finally {
      deadline.dismiss();
    }
  }
}

const codes: ReadonlySet<unknown> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EPIPE',
  'ETIMEDOUT',
]);

/** True if an error of a server's client, or one of its causes, says that the server cannot be reached. */
export function isUnreachable(error: unknown, depth = 5): boolean {
  if (typeof error !== 'object' || error === null || depth === 0) return false;
  if ('code' in error && codes.has(error.code)) return true;
  const behind = [
    ...('cause' in error ? [error.cause] : []),
    ...('errors' in error && Array.isArray(error.errors) ? (error.errors as unknown[]) : []),
  ];
  return behind.some(each => isUnreachable(each, depth - 1));
}

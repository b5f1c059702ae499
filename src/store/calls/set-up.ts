import { SessionGuardError } from '../../errors/errors.ts';
import type { SessionBackend } from '../backend/backend.ts';
import { setUpFailed, StoreUnavailableError } from '../errors.ts';
import { Deadline } from './deadlines.ts';
import { isUnreachable } from './unreachable.ts';

/** A table takes its time to be made. */
const timeoutMS = 60_000;

/** The set-up of a back end: once, and once more after each failure. */
export class SetUp {
  readonly #backend: SessionBackend;
  #running: Promise<void> | undefined;
  isDone: boolean;

  /** @param wanted false: somebody else has done it */
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
      await this.#inTime(deadline);
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
  /** Also where the back end does not heed the signal. */
  #inTime(deadline: Deadline): Promise<void> {
    return new Promise((resolve, reject) => {
      const settled = deadline.wait(() => reject(new Error(`It was not done within ${timeoutMS} ms.`)));
      this.#backend.setUp(deadline).then(resolve, reject).finally(settled);
    });
  }
}

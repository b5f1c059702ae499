import { warningCodes } from '../errors/codes.ts';
import type { Finding, FindingListener } from '../report/finding.ts';
import { outsideScopes } from '../scope/async-scope.ts';
import { notice } from './notices.ts';

/** Listeners for findings. One that throws is taken off, with one warning: it must never reach the call that was observed. */
export class FindingHub {
  readonly #listeners = new Set<FindingListener>();
  readonly #everyTime = new Set<FindingListener>();

  /** @returns a function that takes the listener off again. */
  add(listener: FindingListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Hears a finding each time that it is made, also when it is only counted. */
  addForEveryTime(listener: FindingListener): () => void {
    this.#everyTime.add(listener);
    return () => this.#everyTime.delete(listener);
  }

  /** A place is hit for the first time. */
  deliver(finding: Finding): void {
    this.#tell(this.#listeners, finding);
    this.#tell(this.#everyTime, finding);
  }

  /** A place is hit again. */
  repeat(finding: Finding): void {
    this.#tell(this.#everyTime, finding);
  }

  #tell(listeners: ReadonlySet<FindingListener>, finding: Finding): void {
    for (const listener of listeners) {
      try {
        // What a listener does belongs to no transaction of the program that it watches.
        contain(outsideScopes(() => listener(finding)));
      } catch (error) {
        this.#drop(listener, error);
      }
    }
  }

  #drop(listener: FindingListener, error: unknown): void {
    this.#listeners.delete(listener);
    this.#everyTime.delete(listener);
    notice(warningCodes.sinkFailed, 'A listener for findings has thrown and gets no more of them.', error);
  }
}

/** A listener may be an async function: its rejection is the listener's fault, not the observed program's. */
function contain(result: unknown): void {
  if (result instanceof Promise) {
    result.catch((error: unknown) => {
      notice(warningCodes.sinkFailed, 'A listener for findings was rejected.', error);
    });
  }
}

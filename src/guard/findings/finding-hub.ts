import { warningCodes } from '../../errors/codes.ts';
import type { Finding, FindingListener, Occurrence, OccurrenceListener } from './finding.ts';
import { outsideScopes } from '../scope/async-scope.ts';
import { notice } from '../../platform/notices.ts';

/**
 * Listeners for findings. A listener that throws is removed, with one warning: its error must never reach the observed call.
 */
export class FindingHub {
  readonly #listeners = new Set<OccurrenceListener>();
  readonly #everyTime = new Set<OccurrenceListener>();

  /** @returns a function that removes the listener. */
  add(listener: FindingListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The listener gets a finding each time that it is made, also when it is only counted. */
  addForEveryTime(listener: OccurrenceListener): () => void {
    this.#everyTime.add(listener);
    return () => this.#everyTime.delete(listener);
  }

  /** A place is hit for the first time. */
  deliver(finding: Finding, occurrence?: Occurrence): void {
    this.#notify(this.#listeners, finding, occurrence);
    this.#notify(this.#everyTime, finding, occurrence);
  }

  /** A place is hit again. */
  countAgain(finding: Finding, occurrence?: Occurrence): void {
    this.#notify(this.#everyTime, finding, occurrence);
  }

  #notify(
    listeners: ReadonlySet<OccurrenceListener>,
    finding: Finding,
    occurrence: Occurrence | undefined,
  ): void {
    for (const listener of listeners) {
      try {
        // The work of a listener must not become part of a transaction of the observed program.
        contain(
          outsideScopes(() => listener(finding, occurrence)),
          'findings',
        );
      } catch (error) {
        this.#drop(listener, error);
      }
    }
  }

  #drop(listener: OccurrenceListener, error: unknown): void {
    this.#listeners.delete(listener);
    this.#everyTime.delete(listener);
    notice(warningCodes.sinkFailed, 'A listener for findings has thrown and gets no more of them.', error);
  }
}

/** A listener may be an async function: its rejection is the listener's fault, not the observed program's. */
export function contain(result: unknown, what: string): void {
  if (result instanceof Promise) {
    result.catch((error: unknown) => {
      notice(warningCodes.sinkFailed, `A listener for ${what} was rejected.`, error);
    });
  }
}

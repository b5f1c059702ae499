import { warningCodes } from '../../errors/codes.ts';
import { notice } from '../../guard/notices.ts';

/** Tells once that sessions end before the idle time that they were given is over. */
export class LifeCut {
  readonly #absoluteMS: number;
  #isTold = false;

  /** @param absoluteMS the store's, after which a session ends in any case */
  constructor(absoluteMS: number) {
    this.#absoluteMS = absoluteMS;
  }

  /** @param what gives that idle time, such as `'The maxAge of a cookie'` */
  tell(what: string, idleMS: number, absoluteMS = this.#absoluteMS): void {
    if (idleMS <= absoluteMS || this.#isTold) return;
    this.#isTold = true;
    notice(warningCodes.storeLifeCut, lifeCutText(what, idleMS, absoluteMS));
  }
}

export function lifeCutText(what: string, idleMS: number, absoluteMS: number): string {
  return `${what} is ${seconds(idleMS)} s, and absoluteSeconds of the store ${seconds(absoluteMS)}: sessions end ${seconds(absoluteMS)} s after their log-in, however much they are used. Set absoluteSeconds to at least as much, or make the other shorter.`;
}

function seconds(ms: number): number {
  return Math.round(ms / 1000);
}

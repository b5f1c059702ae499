import { warningCodes } from '../../errors/codes.ts';
import { notice } from '../../platform/notices.ts';

/** Warns once that sessions end before the end of their idle time. */
export class LifeCut {
  readonly #absoluteMS: number;
  #hasWarned = false;

  /** @param absoluteMS the store's absolute limit, after which every session ends */
  constructor(absoluteMS: number) {
    this.#absoluteMS = absoluteMS;
  }

  /** @param what the source of the idle time, such as `'The maxAge of a cookie'` */
  warn(what: string, idleMS: number, absoluteMS = this.#absoluteMS): void {
    if (idleMS <= absoluteMS || this.#hasWarned) return;
    this.#hasWarned = true;
    notice(warningCodes.storeLifeCut, lifeCutText(what, idleMS, absoluteMS));
  }
}

export function lifeCutText(what: string, idleMS: number, absoluteMS: number): string {
  return `${what} is ${seconds(idleMS)} s, and absoluteSeconds of the store ${seconds(absoluteMS)}: sessions end ${seconds(absoluteMS)} s after their log-in, however much they are used. Set absoluteSeconds to at least as much, or make the other shorter.`;
}

function seconds(ms: number): number {
  return Math.round(ms / 1000);
}

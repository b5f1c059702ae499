import { setImmediate as turn } from 'node:timers/promises';
import { isPending } from '../outcome.ts';

/** The outcomes of the steps of one program. */
export class Outcomes {
  readonly #outcomes: Record<string, string> = {};
  readonly #times = new Map<string, number>();
  readonly #followed: Promise<void>[] = [];
  readonly #dropped: { readonly at: string; readonly promise: Promise<unknown> }[] = [];

  /** By the places of the steps: in which order they were settled is the server's affair. */
  get byPlace(): Readonly<Record<string, string>> {
    return Object.fromEntries(Object.entries(this.#outcomes).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  }

  /** @returns the name of this time, of those that a callback comes to the same step */
  reach(at: string): string {
    const times = (this.#times.get(at) ?? 0) + 1;
    this.#times.set(at, times);
    return times === 1 ? at : `${at}, time ${times}`;
  }

  note(at: string, value: unknown): void {
    this.#outcomes[at] = textOf(value);
  }

  noteError(at: string, error: unknown): void {
    this.#outcomes[at] = textOfError(error);
  }

  /** Of a promise that somebody handles. */
  follow(at: string, promise: Promise<unknown>): void {
    this.#followed.push(this.#noteLater(at, promise));
  }

  #noteLater(at: string, promise: Promise<unknown>): Promise<void> {
    return promise.then(
      value => this.note(at, value),
      (error: unknown) => this.noteError(at, error),
    );
  }

  /** Of a promise that nobody handles: it is looked at when it is settled, and its rejection was reported as unhandled. */
  drop(at: string, promise: Promise<unknown>): void {
    this.#dropped.push({ at, promise });
  }

  /** All that was begun, by what was begun in the meantime too. */
  async settled(isOver: () => boolean): Promise<void> {
    let known = -1;
    while (!isOver() && known !== this.#followed.length + this.#dropped.length) {
      known = this.#followed.length + this.#dropped.length;
      await Promise.all(this.#followed);
      while (!isOver() && this.#dropped.some(({ promise }) => isPending(promise))) await turn();
    }
    // A rejection is reported as unhandled after the microtasks of the turn that it came in.
    await turn();
  }

  /** Afterwards nothing is unhandled. */
  async takeDropped(): Promise<void> {
    const pending = this.#dropped.filter(({ promise }) => isPending(promise));
    const settled = this.#dropped.filter(one => !pending.includes(one));
    for (const { at } of pending) this.note(at, 'pending');
    await Promise.all(settled.map(({ at, promise }) => this.#noteLater(at, promise)));
    for (const { at, promise } of pending) this.follow(at, promise);
  }
}

function textOf(value: unknown): string {
  return JSON.stringify(value) ?? 'nothing';
}

/** Without its message: that has times and numbers of transactions in it. */
function textOfError(error: unknown): string {
  if (!(error instanceof Error)) return `rejected with ${String(error)}`;
  const code = 'code' in error ? ` ${String(error.code)}` : '';
  const labels = 'errorLabels' in error && Array.isArray(error.errorLabels) ? error.errorLabels : [];
  return [`${error.name}${code}`, ...labels.map(String).toSorted()].join(', ');
}

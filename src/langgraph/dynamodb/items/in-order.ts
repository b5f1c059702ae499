import type { StoredWrite } from './writes-bundle.ts';

/** A write of a task that belongs to a checkpoint. */
export interface PendingWrite extends StoredWrite {
  readonly task: string;
  /** Of the task; `''` if it has none. */
  readonly path: string;
}

/**
 * The order in which a step's writes are applied: by path, task and index; texts by code points. The same as LangGraph's
 * `compareWritesSortKeys`, which its earlier versions do not have.
 */
export function inOrder(writes: readonly PendingWrite[]): readonly PendingWrite[] {
  return writes.toSorted(
    (a, b) => byCodePoint(a.path, b.path) || byCodePoint(a.task, b.task) || a.index - b.index,
  );
}

/** Also the order of DynamoDB's keys, if they contain only whole characters. */
export function byCodePoint(a: string, b: string): number {
  let at = 0;
  for (;;) {
    const one = a.codePointAt(at) ?? -1;
    const other = b.codePointAt(at) ?? -1;
    if (one !== other || one < 0) return one - other;
    at += one > lastSingle ? 2 : 1;
  }
}

/** Characters above it have two units in a text. */
const lastSingle = 0xff_ff;

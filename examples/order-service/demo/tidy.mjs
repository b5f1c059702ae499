// @ts-check
/** The clean-up at the end of the demo, also after a failure: services to stop, databases to drop. */
/** @type {Set<() => Promise<unknown>>} */
const left = new Set();

/**
 * Runs `fn`, and `undo` after it; also when the demo is interrupted meanwhile.
 *
 * @template T
 * @param {() => Promise<unknown>} undo
 * @param {() => Promise<T>} fn
 */
export async function tidyAfter(undo, fn) {
  left.add(undo);
  try {
    return await fn();
  } finally {
    left.delete(undo);
    await undo();
  }
}

/** The last first, since it builds on the ones before. */
export async function tidyNow() {
  for (const undo of [...left].toReversed()) await undo();
}

// @ts-check

/** A run of a few files is one that somebody looks at anyway. */
const SHOWN = 10;

/**
 * The used parts of a vitest `TestModule`. The durations are milliseconds.
 * @typedef {object} TestFile
 * @property {string} relativeModuleId
 * @property {() => { readonly environmentSetupDuration: number, readonly prepareDuration: number,
 *   readonly collectDuration: number, readonly setupDuration: number, readonly duration: number }} diagnostic
 */

/** Ends a run of more than ten test files with the ten that took longest, imports and hooks included. */
export default class SlowestFilesReporter {
  /** @param {readonly TestFile[]} modules */
  onTestRunEnd(modules) {
    const lines = slowestFiles(modules);
    if (lines.length > 0) process.stdout.write(`${lines.join('\n')}\n\n`);
  }
}

/**
 * @param {readonly TestFile[]} modules
 * @returns {readonly string[]}
 */
export function slowestFiles(modules) {
  if (modules.length <= SHOWN) return [];
  const files = modules.map(module => ({ file: module.relativeModuleId, seconds: secondsOf(module) }));
  const slowest = files.toSorted((a, b) => b.seconds - a.seconds).slice(0, SHOWN);
  const total = files.reduce((sum, { seconds }) => sum + seconds, 0);
  return [
    `The ${SHOWN} slowest of ${files.length} files, which took ${total.toFixed(0)} s one after the other:`,
    ...slowest.map(({ file, seconds }) => `${seconds.toFixed(1).padStart(7)} s  ${file}`),
  ];
}

/** @param {TestFile} module */
function secondsOf(module) {
  const { environmentSetupDuration, prepareDuration, collectDuration, setupDuration, duration } =
    module.diagnostic();
  return (environmentSetupDuration + prepareDuration + collectDuration + setupDuration + duration) / 1000;
}

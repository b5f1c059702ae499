import { expect } from 'vitest';
import { onEachDriver } from '../support/on-each-driver.ts';
import { runObserved, runPrograms } from '../support/run-program.ts';

/**
 * How many microtasks later the promise of a call is settled on the observed driver, where nothing is sent that would take
 * longer: `docs/preload.md` promises that this is all.
 */
const later: Readonly<Record<string, number>> = {
  'an operation on an ended session': 1,
  'a query on an ended session': 1,
  // One for the whole, and one for its first batch.
  'a bulk write on an ended session': 2,
  'an operation on a closed client': 1,
  'the close of a client that never connected': 0,
  'a commit without a transaction': 1,
  'a commit of an empty transaction': 0,
  'an abort without a transaction': 1,
  'an abort of an empty transaction': 0,
  'the end of a session': 0,
  'the end of a session in an empty transaction': 0,
  'the second end of a session': 0,
  '`withSession`': 0,
  // One for the callback, and one for the whole.
  '`withTransaction`': 2,
  '`withTransaction` whose callback throws': 2,
};

onEachDriver('promises of the observed driver are settled so many microtasks later', async driver => {
  const plain = microtasksIn(await runPrograms('microtasks.mjs', driver, 'none'));
  const observed = microtasksIn(await runObserved('microtasks.mjs', driver));
  const differences = Object.entries(observed).map(([name, count]) => [name, count - (plain[name] ?? 0)]);
  expect(Object.fromEntries(differences)).toEqual(later);
});

function microtasksIn(reports: Awaited<ReturnType<typeof runPrograms>>): Readonly<Record<string, number>> {
  return Object.fromEntries(Object.entries(reports).map(([name, { result }]) => [name, Number(result)]));
}

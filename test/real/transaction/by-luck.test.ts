import mongoose from 'mongoose';
import { expect } from 'vitest';
import { raceCount } from '../../support/race-count.ts';
import { onEachDriver } from '../support/on-each-driver.ts';
import { runObserved, runPrograms } from '../support/run-program.ts';

type Rows = 'all' | 'none';

/**
 * Which rows a program stores: in each of its runs, or in none. All is sent on one connection: on several the server may take
 * the abort of an end before the commit that left first, and what the lucky ones store is a matter of chance.
 */
interface Stored {
  readonly 'driver 7': Rows;
  readonly 'driver 6': Rows;
  readonly protected: Rows;
}

const lucky: Stored = { 'driver 7': 'all', 'driver 6': 'all', protected: 'all' };
const mended: Stored = { 'driver 7': 'none', 'driver 6': 'none', protected: 'all' };
const rolledBack: Stored = { 'driver 7': 'none', 'driver 6': 'none', protected: 'none' };

/** Up to mongoose 9.6 a `save` is sent a few microtasks earlier: before the commit. */
const savesInTime = Number(mongoose.version.split('.')[1]) <= 6;

/** Programs that do not await what they should, by the file that has them. */
const table: Readonly<Record<string, Readonly<Record<string, Stored>>>> = {
  'by-luck.mjs': {
    'commit and end, neither awaited': lucky,
    'abort and end, neither awaited': rolledBack,
    'an end in `finally` after a commit that is not awaited': lucky,
    'a stream that commits in `tap` and ends in `finalize`': lucky,
    'an insert that is not awaited before an end that is': mended,
    'an insert, a commit and an end, none awaited': mended,
  },
  'by-luck-mongoose.mjs': {
    '`connection.transaction` with a `save` that is not awaited': {
      ...mended,
      'driver 6': 'all',
      'driver 7': savesInTime ? 'all' : 'none',
    },
    'commit and end of a session of mongoose, neither awaited': lucky,
  },
};

const runs = raceCount(10);

for (const [file, programs] of Object.entries(table)) {
  onEachDriver(
    `${file}: observed, programs that work by luck send and store the same; protected, they store all that they mean to`,
    async driver => {
      const [plain, observed, guarded] = await Promise.all([
        runPrograms(file, driver, 'none'),
        runObserved(file, driver),
        runPrograms(file, driver, 'manager'),
      ]);
      expect(storedIn(plain)).toEqual(expected(programs, driver.name));
      expect(resultsIn(observed)).toEqual(resultsIn(plain));
      expect(storedIn(guarded)).toEqual(expected(programs, 'protected'));
    },
  );
}

type Reports = Awaited<ReturnType<typeof runPrograms>>;

interface Result {
  readonly stored: number;
  /** The commands of a run, in the order in which they left; more than one entry if the runs differ. */
  readonly orders: readonly string[];
}

function resultsIn(reports: Reports): Readonly<Record<string, Result>> {
  return Object.fromEntries(Object.entries(reports).map(([name, { result }]) => [name, result as Result]));
}

function storedIn(reports: Reports): Readonly<Record<string, number>> {
  return Object.fromEntries(Object.entries(resultsIn(reports)).map(([name, { stored }]) => [name, stored]));
}

function expected(
  programs: Readonly<Record<string, Stored>>,
  by: keyof Stored,
): Readonly<Record<string, number>> {
  return Object.fromEntries(
    Object.entries(programs).map(([name, stored]) => [name, stored[by] === 'all' ? runs : 0]),
  );
}

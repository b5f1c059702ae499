import mongoose9 from 'mongoose';
import { holdWords } from '../../support/words/hold-words.ts';

// What every test with this module does is held against the words of traces.
holdWords();

export type MongooseLib = typeof mongoose9;

/** One copy of mongoose, with the copy of the driver that it brings. */
export interface MongooseCopy {
  readonly name: 'mongoose 9' | 'mongoose 8';
  readonly lib: MongooseLib;
}

// By a variable: its types declare a module named `mongoose`, and differ from those of 9 in corners that no test touches.
const older: string = 'mongoose8';
const { default: eight }: { default: MongooseLib } = await import(older);

const both: readonly MongooseCopy[] = [
  { name: 'mongoose 9', lib: mongoose9 },
  { name: 'mongoose 8', lib: eight },
];

/** Only 8 where its smallest version is tested. */
export const mongooses = process.env['SESSION_GUARD_TEST_OLDER_COPIES'] ? both.slice(1) : both;

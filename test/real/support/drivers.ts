import * as mongodb from 'mongodb';
import type { MongoClientOptions } from 'mongodb';
import * as mongodb6 from 'mongodb6';
import { ConnectionManager, type GuardOptions } from '../../../src/index.ts';
import { holdWords } from './words/hold-words.ts';

// What every test with this module does is held against the words of traces.
holdWords();

/** One copy of the driver, and the way to a manager for a client of it. */
export interface Driver {
  readonly name: 'driver 7' | 'driver 6';
  readonly lib: typeof mongodb;
  manage(uri: string, client: MongoClientOptions, options: GuardOptions): ConnectionManager;
}

// The public types of 6.22 differ in corners that no test touches: this is the one place that says so.
const six = mongodb6 as unknown as typeof mongodb;

const both: readonly Driver[] = [
  {
    name: 'driver 7',
    lib: mongodb,
    manage: (uri, client, options) => new ConnectionManager(uri, { ...options, client }),
  },
  {
    name: 'driver 6',
    lib: six,
    manage: (uri, client, options) => ConnectionManager.adopt(new six.MongoClient(uri, client), options),
  },
];

/** Only 6 where its smallest version is tested: the tests run with 7 anyway. */
export const drivers = process.env['SESSION_GUARD_TEST_OLDER_COPIES'] ? both.slice(1) : both;

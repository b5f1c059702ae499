import { defineConfig } from 'vitest/config';
import { testsByNeed } from './scripts/ci/tests-by-need.mjs';
import { chosenRoom, environment } from './scripts/mutation/rooms.mjs';

const { tests } = chosenRoom();

/** The tests of a room, for Stryker: see `scripts/mutation/rooms.mjs`. */
export default defineConfig({
  test: {
    include: testsByNeed().quick.filter(file => tests.test(file)),
    pool: 'threads',
    maxWorkers: 1,
    testTimeout: 60_000,
    env: environment,
  },
});

import { defineConfig } from 'vitest/config';
import { testsByNeed } from './scripts/ci/tests-by-need.mjs';
import { chosenRoom } from './scripts/mutation/rooms.mjs';

const { tests, isolate = false } = chosenRoom();

/** The tests of a room, for Stryker: see `scripts/mutation/rooms.mjs`. */
export default defineConfig({
  test: {
    include: testsByNeed().quick.filter(file => tests.test(file)),
    pool: 'threads',
    isolate,
    maxWorkers: 1,
    testTimeout: 60_000,
    env: { SESSION_GUARD_TEST_RACES: '2' },
  },
});

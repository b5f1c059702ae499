/**
 * How often a race is run: `npm run soak:races` sets it to 500 for all, which takes many minutes.
 * @param usual what the tests have time for
 */
export function raceCount(usual = 50): number {
  return Number(process.env['SESSION_GUARD_TEST_RACES'] ?? usual);
}

/** Long enough for a slow machine, with 500 races, too. */
export const contractTimeoutMS = 600_000;

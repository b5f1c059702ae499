/**
 * How often each race of the contract is run: `npm run soak:stores` sets it to 500 for all, which takes many minutes.
 * @param usual what the tests have time for
 */
export function raceCount(usual: number): number {
  return Number(process.env['SESSION_GUARD_STORE_RACES'] ?? usual);
}

/** Long enough for a slow machine, with 500 races, too. */
export const contractTimeoutMS = 600_000;

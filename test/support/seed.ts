/** A run that must pass plays the same programs each time; those of chance are for the soaks. */
const usual = 20_261_130;

/** The seed of a run, from the environment where one is to be repeated. */
export function seedOfRun(): number {
  const {
    SESSION_GUARD_TEST_SEED: wanted,
    SESSION_GUARD_TEST_RACES,
    SESSION_GUARD_TEST_FAULTS,
  } = process.env;
  const isSoak = (SESSION_GUARD_TEST_RACES ?? SESSION_GUARD_TEST_FAULTS) !== undefined;
  return Number(wanted ?? (isSoak ? Math.trunc(Math.random() * 2 ** 31) : usual));
}

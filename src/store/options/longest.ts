/** The most seconds that a duration may have, 100 years: not all stores can add more to a time. */
export const longestSeconds = 3_153_600_000;

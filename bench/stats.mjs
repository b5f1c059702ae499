// @ts-check

/**
 * @param {readonly number[]} values
 * @param {number} share  0 to 1
 */
export function percentile(values, share) {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (sorted.length - 1) * share;
  const low = sorted[Math.floor(at)] ?? Number.NaN;
  const high = sorted[Math.ceil(at)] ?? Number.NaN;
  return low + (high - low) * (at - Math.floor(at));
}

/** @param {readonly number[]} values */
export const median = values => percentile(values, 0.5);

/**
 * @typedef {object} Spread
 * @property {number} median
 * @property {number} p10
 * @property {number} p90
 * @property {readonly [number, number]} median95  where the true median lies with 95 % certainty, by rank
 * @property {number} count
 */

/**
 * @param {readonly number[]} values
 * @returns {Spread}
 */
export function spread(values) {
  const reach = 0.98 / Math.sqrt(Math.max(1, values.length));
  return {
    median: median(values),
    p10: percentile(values, 0.1),
    p90: percentile(values, 0.9),
    median95: [percentile(values, Math.max(0, 0.5 - reach)), percentile(values, Math.min(1, 0.5 + reach))],
    count: values.length,
  };
}

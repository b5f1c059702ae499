import type { FindingGroup } from './report-data.ts';

const weights = { correctness: 0, suspicious: 1, performance: 2, config: 3 };

/** What is certainly wrong comes first, then what happens most often. */
export function byWeight(one: FindingGroup, other: FindingGroup): number {
  return (
    weights[one.category] - weights[other.category] || other.count - one.count || one.first - other.first
  );
}

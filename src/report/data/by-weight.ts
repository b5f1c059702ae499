import type { FindingGroup } from './report-data.ts';

const weights = { correctness: 0, suspicious: 1, performance: 2, config: 3 };

/** The order of findings: certain faults first, then the most frequent. */
export function byWeight(one: FindingGroup, other: FindingGroup): number {
  return (
    weights[one.category] - weights[other.category] || other.count - one.count || one.first - other.first
  );
}

/** Whether the category of a finding is as grave as that of the other one, or graver. */
export function isAsGrave(one: FindingGroup, other: FindingGroup): boolean {
  return weights[one.category] <= weights[other.category];
}

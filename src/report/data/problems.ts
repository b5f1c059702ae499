import type { FindingGroup } from './report-data.ts';

/** A finding, and those that come after it in the same transactions. */
export interface Problem {
  readonly first: FindingGroup;
  readonly parts: readonly FindingGroup[];
}

/** The findings as problems, in the order of their first ones. */
export function problemsOf(findings: readonly FindingGroup[]): Problem[] {
  const byKey = new Map(findings.map(finding => [finding.key, finding]));
  const parts = new Map<string, FindingGroup[]>();
  const firsts: FindingGroup[] = [];
  for (const finding of findings) {
    const first = firstOf(finding, byKey);
    if (first === finding) firsts.push(finding);
    else parts.set(first.key, [...(parts.get(first.key) ?? []), finding]);
  }
  return firsts.map(first => ({ first, parts: parts.get(first.key) ?? [] }));
}

/** A part may be a part of another part. Who comes first may be missing, where not all findings are asked for. */
function firstOf(finding: FindingGroup, byKey: ReadonlyMap<string, FindingGroup>): FindingGroup {
  let first = finding;
  for (let steps = 0; steps < byKey.size; steps += 1) {
    const before = first.partOf === undefined ? undefined : byKey.get(first.partOf);
    if (before === undefined) return first;
    first = before;
  }
  return first;
}

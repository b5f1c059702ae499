import { isAsGrave } from './by-weight.ts';
import type { FindingGroup } from './report-data.ts';

/** In so many of its transactions another finding must have come first, so that a finding is a part of it. */
const nearlyAlways = 0.8;

/** How many findings of one transaction are compared. */
const mostOfOne = 20;

interface Course {
  /** In how many transactions it was made. */
  transactions: number;
  /** In how many of these another finding was made before. */
  readonly before: Map<FindingGroup, number>;
  first?: FindingGroup | undefined;
}

/** The findings that come together in the same transactions, and which of them comes first. */
export class Company {
  readonly #courses = new Map<FindingGroup, Course>();

  /** @param earlier the findings that were made before in the same transaction; the finding is made in it for the first time */
  note(finding: FindingGroup, earlier: ReadonlySet<FindingGroup>): void {
    const course: Course = this.#courses.get(finding) ?? { transactions: 0, before: new Map() };
    this.#courses.set(finding, course);
    course.transactions += 1;
    for (const one of [...earlier].slice(0, mostOfOne))
      course.before.set(one, (course.before.get(one) ?? 0) + 1);
    course.first = this.#firstOf(finding, course);
    if (course.first === undefined) delete finding.partOf;
    else finding.partOf = course.first.key;
  }

  #firstOf(finding: FindingGroup, { before, transactions }: Course): FindingGroup | undefined {
    let found: FindingGroup | undefined;
    let most = nearlyAlways * transactions;
    for (const [one, times] of before) {
      // Of two that come as often, the earlier one.
      if (times < most || (found !== undefined && times === most)) continue;
      if (!isAsGrave(one, finding) || this.#isPart(one, finding)) continue;
      found = one;
      most = times;
    }
    return found;
  }

  /** Whether a finding is a part of the other one, or a part of its parts. */
  #isPart(finding: FindingGroup, of: FindingGroup): boolean {
    let first: FindingGroup | undefined = finding;
    while (first !== undefined && first !== of) first = this.#courses.get(first)?.first;
    return first === of;
  }
}

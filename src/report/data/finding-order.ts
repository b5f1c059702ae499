import { isAsGrave } from './by-weight.ts';
import type { FindingGroup } from './report-data.ts';

/** In so many of its transactions another finding must have come first, so that a finding is a part of it. */
const nearlyAlways = 0.8;

/** How many findings of one transaction are compared. */
const mostOfOne = 20;

interface Seen {
  /** In how many transactions it was made. */
  transactions: number;
  /** In how many of these another finding was made before. */
  readonly before: Map<FindingGroup, number>;
  first?: FindingGroup | undefined;
}

/** Which findings come together in the same transactions, and which of them comes first. */
export class FindingOrder {
  readonly #seen = new Map<FindingGroup, Seen>();

  /** @param earlier the findings that were made before in the same transaction; the finding is made in it for the first time */
  note(finding: FindingGroup, earlier: ReadonlySet<FindingGroup>): void {
    const seen: Seen = this.#seen.get(finding) ?? { transactions: 0, before: new Map() };
    this.#seen.set(finding, seen);
    seen.transactions += 1;
    for (const one of [...earlier].slice(0, mostOfOne)) seen.before.set(one, (seen.before.get(one) ?? 0) + 1);
    seen.first = this.#firstOf(finding, seen);
    if (seen.first === undefined) delete finding.partOf;
    else finding.partOf = seen.first.key;
  }

  #firstOf(finding: FindingGroup, { before, transactions }: Seen): FindingGroup | undefined {
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
    while (first !== undefined && first !== of) first = this.#seen.get(first)?.first;
    return first === of;
  }
}

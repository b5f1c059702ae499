import type { FindingGroup } from './report-data.ts';

/** What has changed between two runs. */
export interface Comparison {
  /** How often a finding of this run was made in the run before; 0 for one that is new. By its key. */
  readonly before: ReadonlyMap<string, number>;
  /** How many of this run are new. */
  readonly fresh: number;
  /** The findings of the run before that were not made in this run. */
  readonly gone: readonly FindingGroup[];
}

/**
 * Compares the findings of two runs. A finding is the same if the rule, the name of the file and the text of the line are: lines
 * move when code is changed above them, and the folder may be another one.
 */
export function compareFindings(now: readonly FindingGroup[], before: readonly FindingGroup[]): Comparison {
  const earlier = new Map<string, number>();
  for (const finding of before) {
    const identity = identityOf(finding);
    earlier.set(identity, (earlier.get(identity) ?? 0) + finding.count);
  }
  const found = new Map(now.map(finding => [finding.key, earlier.get(identityOf(finding)) ?? 0]));
  const present = new Set(now.map(identityOf));
  return {
    before: found,
    fresh: [...found.values()].filter(count => count === 0).length,
    gone: before.filter(finding => !present.has(identityOf(finding))),
  };
}

function identityOf({ rule, place, message, codeFrame }: FindingGroup): string {
  // Its numbers are times and counts.
  if (place === undefined) return `${rule} ${message.replaceAll(/\d+/g, '#')}`;
  const [, path = place, line = ''] = /^(.*?):(\d+)(?::\d+)?$/.exec(place) ?? [];
  const marked = codeFrame?.split('\n').find(text => text.startsWith('>'));
  const text = marked === undefined ? line : marked.slice(marked.indexOf('|') + 1).trim();
  return [rule, path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1), text].join(' ');
}

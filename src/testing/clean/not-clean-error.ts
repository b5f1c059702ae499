import { codes } from '../../errors/codes.ts';
import { SessionGuardError } from '../../errors/errors.ts';
import type { Finding } from '../../guard/findings/finding.ts';
import { formatFinding } from '../../guard/findings/format-text.ts';
import { isInJest } from './jest-realm.ts';

/** Findings by the time at which they were made, as a text that completes "2 findings …". */
export type FindingsByTime = ReadonlyMap<string, ReadonlySet<Finding>>;

/** The error with which a test, or a test file, fails under `expectClean()`. */
export class NotCleanError extends SessionGuardError {
  declare readonly findings: readonly Finding[];

  constructor(found: FindingsByTime) {
    const findings = [...found.values()].flatMap(some => Array.from(some));
    super(codes.notClean, textOf(found), { rule: findings[0]?.rule, docs: 'docs/testing.md' });
    this.name = 'NotCleanError';
    Object.defineProperty(this, 'findings', { value: findings });
    // The stack has only lines of this package. Jest takes the first `at` of the text for the end of the message.
    this.stack = `${this.name}: ${isInJest() ? this.message.replaceAll(/^ {4}at /gm, '    --> ') : this.message}`;
  }
}

function textOf(found: FindingsByTime): string {
  const parts = [...found].map(([when, findings]) => {
    const count = findings.size === 1 ? '1 finding' : `${findings.size} findings`;
    const texts = Array.from(findings, finding => formatFinding(finding));
    return `session-guard: ${count} ${when}\n\n${texts.join('\n\n')}`;
  });
  return parts.join('\n\n');
}

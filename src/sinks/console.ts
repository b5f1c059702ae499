import { emitWarning } from '../guard/emit-warning.ts';
import { processWide } from '../guard/process-wide.ts';
import type { Finding } from '../report/finding.ts';
import { escapeText } from '../report/escape-text.ts';
import { paletteFor } from '../report/colors.ts';
import { formatDetail } from '../report/format-text.ts';

/** A finding as a process warning: Node prints it, `process.on('warning')` hears it, `--disable-warning=CODE` silences it. */
export class SessionGuardWarning extends Error {
  override readonly name = 'SessionGuardWarning';
  /** `SESSION_GUARD_` and the rule's id in capitals: `SESSION_GUARD_USE_AFTER_END`. */
  readonly code: string;
  /** What is printed below the sentence. */
  readonly detail: string;
  readonly finding: Finding;

  constructor(finding: Finding) {
    super(escapeText(finding.message));
    this.code = `SESSION_GUARD_${finding.rule.toUpperCase().replaceAll('-', '_')}`;
    this.detail = formatDetail(finding, paletteFor(process.stderr));
    this.finding = finding;
    // The stack would be ours; the place is in the detail.
    this.stack = `${this.name}: ${this.message}`;
  }
}

/**
 * Node prints a warning in the next tick, which a process that exits at once does not see: what it has not printed yet is
 * here, once the preload has asked for that.
 */
export const unprinted = processWide<{ findings?: Set<Finding> }>('unprinted', () => ({}));

export function warnOnConsole(finding: Finding): void {
  unprinted.findings?.add(finding);
  emitWarning(new SessionGuardWarning(finding));
}

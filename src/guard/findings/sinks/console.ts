import { emitWarning } from '../../../platform/notices.ts';
import { processWide } from '../../../platform/process-wide.ts';
import type { Finding } from '../finding.ts';
import { escapeText } from '../../../platform/escape-text.ts';
import { paletteFor } from '../colors.ts';
import { formatDetail } from '../format-text.ts';

/**
 * A finding as a process warning: Node prints it, `process.on('warning')` receives it, `--disable-warning=CODE` silences it.
 */
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
 * Node prints a warning in the next tick, and a process that exits at once never gets there. The findings that are not printed
 * yet are kept here, once the preload has asked for it.
 */
export const unprinted = processWide<{ findings?: Set<Finding> }>('unprinted', () => ({}));

export function warnOnConsole(finding: Finding): void {
  unprinted.findings?.add(finding);
  emitWarning(new SessionGuardWarning(finding));
}

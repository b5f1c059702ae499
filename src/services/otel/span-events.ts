import type { Span } from '@opentelemetry/api';
import type { Finding } from '../../guard/findings/finding.ts';

/** Something has waited. @param operations what a drain has waited for */
export function addWait(
  span: Span,
  reason: string,
  durationMS: number,
  operations?: readonly string[],
): void {
  span.addEvent('session_guard.wait', {
    'session_guard.wait.for': reason,
    'session_guard.wait.duration_ms': durationMS,
    ...(operations !== undefined && { 'session_guard.wait.operations': [...operations] }),
  });
}

/** A finding, with the line at fault: never with more than the finding itself says. */
export function addFinding(span: Span, { rule, severity, message, fix, place, docs }: Finding): void {
  span.addEvent('session_guard.finding', {
    'session_guard.finding.rule': rule,
    'session_guard.finding.severity': severity,
    'session_guard.finding.message': message,
    'session_guard.finding.fix': fix,
    'session_guard.finding.docs': docs,
    ...(place !== undefined && { 'code.file.path': place.file, 'code.line.number': place.line }),
  });
}

import { channel } from 'node:diagnostics_channel';
import type { Finding } from '../report/finding.ts';

const findings = channel('session-guard:finding');

/** For tools: costs nothing while nobody listens. */
export function publishOnChannel(finding: Finding): void {
  if (findings.hasSubscribers) findings.publish(finding);
}

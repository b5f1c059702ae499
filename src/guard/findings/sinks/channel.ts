import { channel } from 'node:diagnostics_channel';
import type { Finding } from '../finding.ts';

const findings = channel('session-guard:finding');
const repeated = channel('session-guard:finding-repeated');

/** For tools: costs nothing while nobody listens. */
export function publishOnChannel(finding: Finding): void {
  if (findings.hasSubscribers) findings.publish(finding);
}

/** For tools that write a log: a place that was published long ago, with the count that it has now. */
export function publishRepeated(finding: Finding): void {
  if (repeated.hasSubscribers) repeated.publish(finding);
}

import type { Finding } from './finding.ts';

/** One line of JSON, for logs and tools. */
export function formatJson(finding: Finding): string {
  return JSON.stringify(finding);
}

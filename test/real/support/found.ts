import { readFileSync } from 'node:fs';
import type { Finding } from '../../../src/index.ts';

/** What a test says of a finding: the rule, and where the misuse is. */
export interface Found {
  readonly rule: string;
  readonly file: string | undefined;
  readonly line: number | undefined;
}

export function foundIn(findings: readonly Finding[]): Found[] {
  return findings.map(({ rule, place }) => ({ rule, file: place?.file, line: place?.line }));
}

/** Lines of a test file that are marked with `// misuse: <name>`. */
export function misusesIn(file: string): (rule: string, name: string) => Found {
  const lines = readFileSync(file, 'utf8').split('\n');
  return (rule, name) => {
    const marked = lines.flatMap((line, index) => (line.endsWith(`// misuse: ${name}`) ? [index + 1] : []));
    const [line, ...more] = marked;
    if (line === undefined || more.length > 0) throw new Error(`${marked.length} lines are marked '${name}'`);
    return { rule, file, line };
  };
}

import { subscribe } from 'node:diagnostics_channel';
import { paletteFor } from '../report/colors.ts';
import type { Finding } from '../report/finding.ts';
import { formatFinding } from '../report/format-text.ts';
import { SessionGuardWarning, unprinted } from '../sinks/console.ts';
import type { Environment } from './environment.ts';
import { FindingTally } from './finding-tally.ts';

/** What the process says of its findings: each as JSON when it is made, if that is asked for, and a summary when it exits. */
export function reportFindings({ report, exitOnFindings }: Environment): void {
  const findings: Finding[] = [];
  const tally = new FindingTally();
  const waiting = watchPrinting();
  // The channel is the one place where findings of every copy of this package come by, those of Jest's realms too.
  subscribe('session-guard:finding', message => {
    const finding = message as Finding;
    findings.push(finding);
    tally.add();
    if (report === 'json') print(JSON.stringify({ type: 'finding', ...finding }));
  });
  process.on('exit', code => {
    if (report === 'json') printJson(findings);
    else printText(findings, waiting);
    if (exitOnFindings && code === 0 && tally.total() > 0) process.exitCode = 1;
  });
}

/** The findings whose warnings Node has not printed yet. */
function watchPrinting(): Iterable<Finding> {
  const waiting = new Set<Finding>();
  unprinted.findings = waiting;
  process.on('warning', warning => {
    if (warning instanceof SessionGuardWarning) waiting.delete(warning.finding);
  });
  return waiting;
}

function printJson(findings: readonly Finding[]): void {
  if (findings.length === 0) return;
  print(JSON.stringify({ type: 'summary', findings: findings.length, rules: countsOf(findings) }));
}

function printText(findings: readonly Finding[], unseen: Iterable<Finding>): void {
  if (findings.length === 0) return;
  const colors = paletteFor(process.stderr);
  for (const finding of unseen) print(formatFinding(finding, colors));
  const counts = Object.entries(countsOf(findings)).map(
    ([rule, count]) => `${rule} (${count === 1 ? 'once' : `${count} times`})`,
  );
  const sum = findings.length === 1 ? '1 finding' : `${findings.length} findings`;
  print(`session-guard: ${sum}: ${counts.join(', ')}.`);
}

/** How often each rule has fired until now: a place that is hit again is only counted. */
function countsOf(findings: readonly Finding[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { rule, count } of findings) counts[rule] = (counts[rule] ?? 0) + count;
  return counts;
}

function print(line: string): void {
  process.stderr.write(`${line}\n`);
}

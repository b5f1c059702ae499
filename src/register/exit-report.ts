import { subscribe } from 'node:diagnostics_channel';
import { writeSync } from 'node:fs';
import { paletteFor } from '../report/colors.ts';
import type { Finding } from '../report/finding.ts';
import { formatFinding } from '../report/format-text.ts';
import { unprinted } from '../sinks/console.ts';
import type { Environment } from './environment.ts';
import { ExitNotes, type FoundBelow } from './exit-notes.ts';
import { failExit } from './fail-exit.ts';
import { FindingTally } from './finding-tally.ts';

const nothing: FoundBelow = { total: 0, unsaid: [] };

/** What the process says of its findings: each as JSON when it is made, if that is asked for, and a summary when it exits. */
export function reportFindings({ report, exitOnFindings }: Environment): void {
  const findings: Finding[] = [];
  const tally = new FindingTally();
  const notes = exitOnFindings ? new ExitNotes() : undefined;
  const waiting = watchPrinting();
  // The channel is the one place where findings of every copy of this package come by, those of Jest's realms too.
  subscribe('session-guard:finding', message => {
    const finding = message as Finding;
    findings.push(finding);
    tally.add();
    notes?.add(finding.rule);
    if (report === 'json') print(JSON.stringify({ type: 'finding', ...finding }));
  });
  process.on('exit', code => {
    if (report === 'json') printJson(findings);
    else printText(findings, waiting);
    if (findings.length > 0) notes?.said();
    const below = notes?.take() ?? nothing;
    if (below.unsaid.length > 0) printUnsaid(below.unsaid, report);
    if (exitOnFindings && code === 0 && tally.total() + below.total > 0) failExit();
  });
}

/** The findings whose warnings Node has not printed yet. */
function watchPrinting(): Iterable<Finding> {
  const waiting = new Set<Finding>();
  unprinted.findings = waiting;
  process.on('warning', warning => {
    // By its field: the copy of this package that warns may be another one.
    if ('finding' in warning) waiting.delete(warning.finding as Finding);
  });
  return waiting;
}

function printJson(findings: readonly Finding[]): void {
  if (findings.length === 0) return;
  print(JSON.stringify({ type: 'summary', findings: findings.length, rules: countsOf(findings) }));
}

/** What was found in child processes that a signal has ended: each finding was printed there, and no line at the end. */
function printUnsaid(rules: readonly string[], report: Environment['report']): void {
  const counts = countsOf(rules.map(rule => ({ rule, count: 1 })));
  if (report === 'json')
    print(JSON.stringify({ type: 'summary', of: 'ended processes', findings: rules.length, rules: counts }));
  else print(`session-guard: ${sumOf(rules)} in child processes that were ended: ${inWords(counts)}.`);
}

function printText(findings: readonly Finding[], unseen: Iterable<Finding>): void {
  if (findings.length === 0) return;
  const colors = paletteFor(process.stderr);
  for (const finding of unseen) print(formatFinding(finding, colors));
  print(`session-guard: ${sumOf(findings)}: ${inWords(countsOf(findings))}.`);
}

function sumOf({ length }: readonly unknown[]): string {
  return length === 1 ? '1 finding' : `${length} findings`;
}

function inWords(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .map(([rule, count]) => `${rule} (${count === 1 ? 'once' : `${count} times`})`)
    .join(', ');
}

/** How often each rule has fired until now: a place that is hit again is only counted. */
function countsOf(
  findings: readonly { readonly rule: string; readonly count: number }[],
): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { rule, count } of findings) counts[rule] = (counts[rule] ?? 0) + count;
  return counts;
}

/** At the end Jest has replaced the stream's `write` by a function that does nothing, and answers nothing. */
function print(line: string): void {
  const answer: unknown = process.stderr.write(`${line}\n`);
  if (typeof answer === 'boolean') return;
  try {
    writeSync(process.stderr.fd, `${line}\n`);
  } catch {
    // Closed, or full: there is nowhere else to say it.
  }
}

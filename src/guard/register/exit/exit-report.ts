import { subscribe } from 'node:diagnostics_channel';
import { writeSync } from 'node:fs';
import { paletteFor } from '../../findings/colors.ts';
import type { Finding } from '../../findings/finding.ts';
import { formatFinding } from '../../findings/format-text.ts';
import { jsonLine, jsonSummary } from '../../findings/sinks/log-entry.ts';
import { unprinted } from '../../findings/sinks/console.ts';
import type { Environment } from '../environment.ts';
import { ExitNotes, type FoundBelow } from './exit-notes.ts';
import { getEnvironmentData, isMainThread, setEnvironmentData } from 'node:worker_threads';

const key = 'session-guard.findings';

/** Counts the findings of a process over all its threads: a worker's exit code is not the process's. */
export class FindingTally {
  readonly #cell: Int32Array;

  constructor() {
    const inherited: unknown = isMainThread ? undefined : getEnvironmentData(key);
    const buffer = inherited instanceof SharedArrayBuffer ? inherited : new SharedArrayBuffer(4);
    this.#cell = new Int32Array(buffer);
    setEnvironmentData(key, buffer);
  }

  add(): void {
    Atomics.add(this.#cell, 0, 1);
  }

  total(): number {
    return Atomics.load(this.#cell, 0);
  }
}

/**
 * Makes the exit code 1, in a listener of `exit`. A later listener may call `process.exit(0)`, as Jest does under
 * `--forceExit`: Node then ends at once with `process.reallyExit`, so this function is replaced.
 */
export function failExit(): void {
  process.exitCode = 1;
  const end: unknown = Reflect.get(process, 'reallyExit');
  if (typeof end !== 'function') return;
  Reflect.set(process, 'reallyExit', (code: unknown) => Reflect.apply(end, process, [code === 0 ? 1 : code]));
}

const nothing: FoundBelow = { total: 0, unsaid: [] };

/** Reports the findings of the process: each as JSON when it is made, if the setting is `json`, and a summary at the exit. */
export function reportFindings({ report, exitOnFindings }: Environment): void {
  const findings: Finding[] = [];
  const tally = new FindingTally();
  const notes = exitOnFindings ? new ExitNotes() : undefined;
  const waiting = watchPrinting();
  // Only the channel gets the findings of every copy of this package, also of the copies in Jest's realms.
  subscribe('session-guard:finding', message => {
    const finding = message as Finding;
    findings.push(finding);
    tally.add();
    notes?.add(finding.rule);
    if (report === 'json') print(jsonLine(finding));
  });
  if (report === 'json')
    subscribe('session-guard:finding-repeated', message => print(jsonLine(message as Finding)));
  process.on('exit', code => {
    if (report === 'json') printJson(findings);
    else printText(findings, waiting, process.env['_SESSION_GUARD_NO_SUMMARY'] === undefined);
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
    // Checked by the field, because the warning may come from another copy of this package.
    if ('finding' in warning) waiting.delete(warning.finding as Finding);
  });
  return waiting;
}

function printJson(findings: readonly Finding[]): void {
  if (findings.length === 0) return;
  print(jsonSummary(sumOf(findings), { findings: findings.length, rules: countsOf(findings) }));
}

/** The findings of child processes that a signal has ended: each finding was printed there, but no summary. */
function printUnsaid(rules: readonly string[], report: Environment['report']): void {
  const counts = countsOf(rules.map(rule => ({ rule, count: 1 })));
  if (report === 'json')
    print(jsonSummary(sumOf(rules), { of: 'ended processes', findings: rules.length, rules: counts }));
  else print(`session-guard: ${sumOf(rules)} in child processes that were ended: ${inWords(counts)}.`);
}

/** @param hasSummary false where the command `session-guard run` prints one for all processes */
function printText(findings: readonly Finding[], unseen: Iterable<Finding>, hasSummary: boolean): void {
  if (findings.length === 0) return;
  const colors = paletteFor(process.stderr);
  for (const finding of unseen) print(formatFinding(finding, colors));
  if (hasSummary) print(`session-guard: ${sumOf(findings)}: ${inWords(countsOf(findings))}.`);
}

function sumOf({ length }: readonly unknown[]): string {
  return length === 1 ? '1 finding' : `${length} findings`;
}

function inWords(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .map(([rule, count]) => `${rule} (${count === 1 ? 'once' : `${count} times`})`)
    .join(', ');
}

/** How often each rule has fired so far: a place that is hit again is only counted. */
function countsOf(
  findings: readonly { readonly rule: string; readonly count: number }[],
): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { rule, count } of findings) counts[rule] = (counts[rule] ?? 0) + count;
  return counts;
}

/** At the exit, Jest has replaced the stream's `write` by a function that does nothing and returns nothing. */
function print(line: string): void {
  const answer: unknown = process.stderr.write(`${line}\n`);
  if (typeof answer === 'boolean') return;
  try {
    writeSync(process.stderr.fd, `${line}\n`);
  } catch {
    // The stream is closed or full: there is no other place to print.
  }
}

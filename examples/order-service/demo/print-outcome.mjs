// @ts-check
import { summarizeAnswers } from './answers.mjs';
import { bad, bold, dim, good, notice } from './colors.mjs';
import { findingOf } from './judge.mjs';
import { cut, number, WIDTH, wrap } from './text.mjs';

/** @typedef {import('./case.d.ts').Case} Case */
/** @typedef {import('./case.d.ts').Outcome} Outcome */

const LABEL = 17;
const INDENT = ' '.repeat(LABEL + 2);

/** More transactions than this for a request are retries. */
const RETRYING = 1.5;

/**
 * @param {string} label
 * @param {Case} example
 * @param {Outcome} outcome
 */
export function printOutcome(label, example, outcome) {
  const { count, of } = outcome;
  if (count > 0) printVerdict(label, bad, `✗ ${number(count)} of ${number(of)} ${example.harm}`);
  else printVerdict(label, good, `✓ ${example.safe}`);
  printDetails(outcome);
}

/**
 * Where a finding alone changes nothing: the application's own calls are not altered unless it asks for it.
 *
 * @param {Case} example
 * @param {Outcome} outcome
 */
export function printReported(example, outcome) {
  const { count, of } = outcome;
  const reported = findingOf(example, outcome) !== undefined;
  const harm =
    count > 0 ? `, not prevented unless asked to: ${number(count)} of ${number(of)} ${example.short}` : '';
  printVerdict(
    'session-guard',
    reported ? notice : bad,
    `${reported ? '! reported' : '✗ not reported'}${harm}`,
  );
  printDetails(outcome);
}

/**
 * @param {string} label
 * @param {(text: string) => string} paint
 * @param {string} verdict
 */
function printVerdict(label, paint, verdict) {
  const [first = '', ...rest] = wrap(verdict, INDENT);
  console.log(`  ${bold(label.padEnd(LABEL))}${paint(first.trim())}`);
  for (const line of rest) console.log(paint(`  ${line}`));
}

/** @param {Outcome} outcome */
function printDetails(outcome) {
  for (const line of details(outcome)) console.log(`  ${dim(INDENT + cut(line, WIDTH - 2 - INDENT.length))}`);
}

/** @param {Outcome} outcome */
function details({ answers, seconds, transactions, unhandled }) {
  const lines = summarizeAnswers(answers);
  if (transactions > RETRYING * answers.length) {
    lines.push(
      `${number(transactions)} transactions on the server for ${number(answers.length)} requests, in ${seconds.toFixed(1)} s: retried in vain`,
    );
  }
  for (const [name, times] of Object.entries(unhandled))
    lines.push(`${number(times)} × unhandled ${name} in the log`);
  return lines;
}

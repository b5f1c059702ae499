// @ts-check
import { bad, bold } from './colors.mjs';
import { findingOf, lateIn, whatDidNotHold } from './judge.mjs';
import { printFinding } from './print-finding.mjs';
import { printOutcome, printReported } from './print-outcome.mjs';
import { runCase } from './run-case.mjs';
import { wrap } from './text.mjs';

/** @typedef {import('./case.d.ts').Case} Case */
/** @typedef {Omit<import('./run-case.mjs').Run, 'side' | 'options'>} Settings */

/**
 * Runs one mistake on both sides, and prints the results.
 *
 * @param {Case} example
 * @param {number} number
 * @param {Settings} settings
 * @returns {Promise<import('./print-table.mjs').Row>}
 */
export async function compare(example, number, settings) {
  console.log(bold(`${number}. ${example.title}`));
  const plain = await runCase(example, { ...settings, side: 'plain' });
  printOutcome('plain driver', example, plain);
  if (plain.count === 0) console.log('    The mistake did no harm in this run: it depends on timing.');
  const { wrong, late } = await runGuarded(example, settings);
  for (const what of wrong) for (const line of wrap(`DID NOT HOLD: ${what}`, '    ')) console.log(bad(line));
  console.log();
  return { example, plain, wrong, late };
}

/**
 * @param {Case} example
 * @param {Settings} settings
 */
async function runGuarded(example, settings) {
  const reported = await runCase(example, { ...settings, side: 'guarded' });
  const { remedy } = example;
  try {
    const outcome = remedy ? await runRemedied(example, remedy, reported, settings) : reported;
    printOutcome(remedy ? `  ${remedy.name}` : 'session-guard', example, outcome);
    return { wrong: whatDidNotHold(example, reported, outcome), late: lateIn(outcome) };
  } catch (error) {
    return { wrong: [error instanceof Error ? error.message : String(error)], late: 0 };
  } finally {
    const finding = findingOf(example, reported);
    if (finding !== undefined) printFinding(finding);
  }
}

/**
 * @param {Case} example
 * @param {NonNullable<Case['remedy']>} remedy
 * @param {import('./case.d.ts').Outcome} reported
 * @param {Settings} settings
 */
function runRemedied(example, { options }, reported, settings) {
  printReported(example, reported);
  return runCase(example, { ...settings, side: 'guarded', options });
}

// @ts-check
import { pathInRepository } from './repository.mjs';

/** @typedef {import('./case.d.ts').Case} Case */
/** @typedef {import('./case.d.ts').Outcome} Outcome */

/**
 * The failures of the guarded side, in words; empty if there are none.
 *
 * @param {Case} example
 * @param {Outcome} reported  with the default options: has to name the mistake
 * @param {Outcome} outcome   with the remedy, where there is one: has to be without harm
 * @returns {string[]}
 */
export function whatDidNotHold(example, reported, outcome) {
  const wrong = [];
  const late = lateIn(outcome);
  const odd = outcome.answers.filter(answer => answer.status !== 0 && !example.expects(answer)).length;
  if (outcome.count > 0) wrong.push(`${outcome.count} ${example.harm}`);
  if (late > 0) wrong.push(`${late} of ${outcome.answers.length} requests had no answer in time`);
  if (odd > 0) wrong.push(`${odd} of ${outcome.answers.length} answers are not what they have to be`);
  const finding = findingOf(example, reported);
  if (finding === undefined) {
    const found = reported.findings.map(({ rule }) => rule).join(', ') || 'nothing';
    wrong.push(`expected a finding of ${example.rule}, found: ${found}`);
  } else if (!isInRoute(example, finding)) {
    wrong.push(`the finding names a place that is not in routes/${example.route}.mjs`);
  }
  return wrong;
}

/**
 * How many requests had no answer in time.
 *
 * @param {Outcome} outcome
 */
export function lateIn({ answers }) {
  return answers.filter(({ status }) => status === 0).length;
}

/**
 * @param {Case} example
 * @param {Outcome} outcome
 */
export function findingOf(example, { findings }) {
  return findings.find(({ rule }) => rule === example.rule);
}

/**
 * @param {Case} example
 * @param {import('session-guard').Finding} finding
 */
function isInRoute({ route }, { place }) {
  return place !== undefined && pathInRepository(place.file) === `examples/order-service/routes/${route}.mjs`;
}

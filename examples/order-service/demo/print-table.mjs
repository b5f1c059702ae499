// @ts-check
import { bad, bold, dim, good, notice } from './colors.mjs';
import { CLIENT_TIMEOUT_MS } from './load.mjs';
import { cut, number } from './text.mjs';

/**
 * @typedef {object} Row
 * @property {import('./case.d.ts').Case} example
 * @property {import('./case.d.ts').Outcome} plain
 * @property {string[]} wrong  the failures with session-guard
 * @property {number} late  requests that had no answer in time with session-guard
 */

const COLUMNS = /** @type {const} */ ([28, 40, 32]);

/** @param {readonly Row[]} rows */
export function printTable(rows) {
  const titles = ['mistake', 'plain driver', 'session-guard'].map((name, at) =>
    name.padEnd(COLUMNS[at] ?? 0),
  );
  console.log(bold(titles.join('').trimEnd()));
  console.log(dim('─'.repeat(100)));
  for (const row of rows) console.log(cells(row).join(''));
  const harmed = rows.filter(({ plain }) => plain.count > 0).length;
  const held = rows.filter(({ wrong }) => wrong.length === 0).length;
  console.log();
  console.log(`Plain driver: ${harmed} of ${rows.length} mistakes did harm.`);
  console.log(`session-guard: ${held} of ${rows.length} were named with their line, and did no harm.`);
  console.log(optIns(rows));
  const late = rows.reduce((sum, row) => sum + row.late, 0);
  if (late > 0) console.log(notice(hintFor(late)));
}

/** @param {Row} row */
function cells({ example, plain, wrong, late }) {
  const harm =
    plain.count > 0
      ? `${number(plain.count)} of ${number(plain.of)} ${example.short}`
      : 'did not show in this run';
  const held = wrong.length === 0;
  const failed = late > 0 ? '? no answer in time, see below' : '✗ did not hold, see above';
  const remedy = example.remedy ? ` (${example.remedy.name})` : '';
  return [
    example.route.padEnd(COLUMNS[0]),
    (plain.count > 0 ? bad : dim)(cut(harm, COLUMNS[1] - 1).padEnd(COLUMNS[1])),
    (held ? good : bad)(cut(held ? `✓ ${example.safe}${remedy}` : failed, COLUMNS[2])),
  ];
}

/**
 * A result that needs an option must not look like the default.
 *
 * @param {readonly Row[]} rows
 */
function optIns(rows) {
  const count = rows.filter(({ example }) => example.remedy !== undefined).length;
  return `${count} of them with the option in brackets: by default they are reported, not prevented.`;
}

/**
 * A slow machine must not look like a fault of session-guard, and a fault not like a slow machine: both are possible.
 *
 * @param {number} late
 */
function hintFor(late) {
  return `
${number(late)} requests to session-guard had no answer within ${CLIENT_TIMEOUT_MS / 1000} s. A slow or busy machine needs more
time, or fewer requests: DEMO_CLIENT_TIMEOUT_MS=30000 npm run demo -- --requests 50`;
}

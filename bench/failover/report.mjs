// @ts-check
import { barChart } from '../bar-chart.mjs';

/** @typedef {import('./run.mjs').Row} Row */

/**
 * A table: what the callers got, summed over the rounds, with the least and the most of a round.
 *
 * @param {readonly Row[]} rows
 * @param {readonly string[]} sides
 */
export function report(rows, sides) {
  const lines = [
    '| primary | calls | side | rejected in a round | of these stored all the same | acknowledged and lost |',
    '|---|---|---|---|---|---|',
  ];
  for (const fault of new Set(rows.map(row => row.fault)))
    for (const kind of new Set(rows.map(row => row.kind)))
      for (const side of sides)
        lines.push(lineOf(rows.filter(row => row.fault === fault && row.kind === kind && row.side === side)));
  return lines.join('\n');
}

/** @param {readonly Row[]} own */
function lineOf(own) {
  const [first] = own;
  const range = (/** @type {(row: Row) => number} */ of) => {
    const [low, high] = [Math.min(...own.map(of)), Math.max(...own.map(of))];
    return low === high ? `${low}` : `${low} … ${high}`;
  };
  return `| ${[first?.fault, first?.kind, first?.side, range(row => row.rejected), range(row => row.storedAllTheSame), range(row => row.lost)].join(' | ')} |`;
}

/**
 * A group for each fault: the most calls of both kinds together that were rejected in a round.
 *
 * @param {readonly Row[]} rows
 * @param {readonly string[]} sides
 */
export function chart(rows, sides) {
  const faults = [...new Set(rows.map(({ fault }) => fault))];
  const groups = faults.map(name => ({ name, bars: sides.map(side => barOf(rows, name, side)) }));
  return barChart({ title: 'Calls rejected when the primary is …, the most of a round', sides, groups });
}

/** @param {readonly Row[]} rows @param {string} name @param {string} side */
function barOf(rows, name, side) {
  const own = rows.filter(row => row.side === side && row.fault === name);
  const rounds = new Set(own.map(({ round }) => round));
  const value = Math.max(0, ...[...rounds].map(round => rejectedIn(own.filter(row => row.round === round))));
  return { side, value, label: `${value}` };
}

/** @param {readonly Row[]} rows */
function rejectedIn(rows) {
  return rows.reduce((sum, { rejected }) => sum + rejected, 0);
}

// @ts-check
import { barChart } from '../bar-chart.mjs';
import { median } from '../stats.mjs';

/** @typedef {import('./run.mjs').Row} Row */

/**
 * Transactions per second, a group of bars for each number of hot documents.
 *
 * @param {readonly Row[]} rows
 * @param {readonly string[]} sides
 */
export function chart(rows, sides) {
  const hot = [...new Set(rows.map(row => row.documents))].filter(documents => documents > 0);
  const groups = hot.map(documents => ({
    name: `${documents} hot ${documents === 1 ? 'document' : 'documents'}`,
    bars: sides.map(side =>
      barOf(
        rows.filter(row => row.documents === documents && row.side === side),
        side,
      ),
    ),
  }));
  return barChart({
    title: 'Transactions per second; above each bar the attempts of a transaction',
    sides,
    groups,
  });
}

/** @param {readonly Row[]} own @param {string} side */
function barOf(own, side) {
  const value = median(own.map(({ result }) => result.committed / result.seconds));
  const attempts = median(own.map(({ result }) => result.attempts / result.committed));
  return { side, value, label: attempts.toFixed(1) };
}

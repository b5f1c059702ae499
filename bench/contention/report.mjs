// @ts-check
import { median, percentile } from '../stats.mjs';

/** @typedef {import('./run.mjs').Row} Row */

/**
 * A table: medians over the rounds, and the ratio to the plain driver of the same round with its spread.
 *
 * @param {readonly Row[]} rows
 * @param {readonly string[]} sides
 */
export function report(rows, sides) {
  const lines = [
    '| hot documents | side | transactions per s | to the driver | attempts each | p99 | to the driver | CPU each | to the driver | rejected |',
    '|---|---|---|---|---|---|---|---|---|---|',
  ];
  for (const documents of new Set(rows.map(row => row.documents))) {
    for (const side of sides)
      lines.push(
        lineOf(
          rows.filter(row => row.documents === documents),
          side,
        ),
      );
  }
  return lines.join('\n');
}

/** @param {readonly Row[]} rows @param {string} side */
function lineOf(rows, side) {
  const own = rows.filter(row => row.side === side);
  const documents = own[0]?.documents === 0 ? 'none' : own[0]?.documents;
  const of = (/** @type {(row: Row) => number} */ measure) => median(own.map(measure));
  const ratio = (/** @type {(row: Row) => number} */ measure) => ratioOf(own, rows, measure);
  return `| ${[
    documents,
    side,
    of(throughput).toFixed(0),
    ratio(throughput),
    of(({ result }) => result.attempts / result.committed).toFixed(2),
    `${of(p99).toFixed(0)} ms`,
    ratio(p99),
    `${of(cpu).toFixed(2)} ms`,
    ratio(cpu),
    own.reduce((sum, { result }) => sum + result.rejected, 0),
  ].join(' | ')} |`;
}

/** @param {readonly Row[]} own @param {readonly Row[]} rows @param {(row: Row) => number} measure */
function ratioOf(own, rows, measure) {
  const ratios = own.flatMap(row => {
    const plain = rows.find(other => other.side === 'driver' && other.round === row.round);
    return plain === undefined || plain === row ? [] : [measure(row) / measure(plain)];
  });
  if (ratios.length === 0) return '';
  const [low, high] = [Math.min(...ratios), Math.max(...ratios)];
  return `×${median(ratios).toFixed(2)} (${low.toFixed(2)} … ${high.toFixed(2)})`;
}

const throughput = (/** @type {Row} */ { result }) => result.committed / result.seconds;
const p99 = (/** @type {Row} */ { result }) => percentile(result.latencies, 0.99);
const cpu = (/** @type {Row} */ { result }) => result.cpuMS / result.committed;

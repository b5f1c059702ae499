// @ts-check
import { isMetered } from './report.mjs';

const WIDTH = 430;
const HEIGHT = 200;
const LEFT = 40;
const TOP = 28;
const RIGHT = 140;
const BOTTOM = 30;
const LINE_HEIGHT = 14;
const OURS = '#0969da';
const PEER = '#cf222e';

/** @typedef {{ workload: string, results: readonly import('./report.mjs').Result[] }} Figures */
/** @typedef {{ name: string, color: string, points: { x: number, y: number }[] }} Line */

/**
 * The cost of a put and of the latest checkpoint by the length of the thread: a row for each workload.
 *
 * @param {readonly Figures[]} figures
 */
export function chart(figures) {
  const rows = figures.map(({ workload, results }, row) => {
    const metered = results.filter(isMetered);
    const at = `translate(0 ${row * HEIGHT})`;
    const written = panel(`${workload}: write units of a put`, linesOf(metered, 'written'));
    const read = panel(`${workload}: read units of the latest`, linesOf(metered, 'read'));
    return `<g transform="${at}">${written}<g transform="translate(${WIDTH} 0)">${read}</g></g>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${2 * WIDTH} ${HEIGHT * figures.length}" font-family="sans-serif" font-size="12" fill="#57606a">
<title>Capacity units of a put and of the latest checkpoint by the length of the thread</title>
<rect width="100%" height="100%" fill="#fff"/>
${rows.join('\n')}
</svg>
`;
}

/** @param {readonly import('./report.mjs').Result[]} results @param {'read' | 'written'} what @returns {Line[]} */
function linesOf(results, what) {
  return results.map(({ side, growth }) => ({
    name: side.replace(/^@([\w-]+)\/.*$/, '@$1'),
    color: side === 'session-guard' ? OURS : PEER,
    points: growth.map(point => ({ x: point.steps, y: point[what] })),
  }));
}

/** @param {string} title @param {readonly Line[]} lines */
function panel(title, lines) {
  const all = lines.flatMap(({ points }) => points);
  const most = Math.max(1, ...all.map(({ y }) => y));
  const longest = Math.max(...all.map(({ x }) => x));
  const across = (/** @type {number} */ x) => Math.round(LEFT + (x / longest) * (WIDTH - LEFT - RIGHT));
  const up = (/** @type {number} */ y) => Math.round(HEIGHT - BOTTOM - (y / most) * (HEIGHT - TOP - BOTTOM));
  let above = Number.NEGATIVE_INFINITY;
  const drawn = lines
    .toSorted((a, b) => (b.points.at(-1)?.y ?? 0) - (a.points.at(-1)?.y ?? 0))
    .map(({ name, color, points }) => {
      const last = points.at(-1)?.y ?? 0;
      above = Math.max(up(last) + 4, above + LINE_HEIGHT);
      const path = points.map(({ x, y }) => `${across(x)},${up(y)}`).join(' ');
      return `<polyline points="${path}" fill="none" stroke="${color}" stroke-width="2"/><text x="${across(longest) + 6}" y="${above}" fill="${color}">${name} ${last}</text>`;
    });
  const axis = `<path d="M${LEFT} ${TOP}V${HEIGHT - BOTTOM}H${WIDTH - RIGHT}" fill="none" stroke="#d0d7de"/>`;
  const labels = [
    `<text x="${LEFT}" y="${TOP - 10}" fill="#24292f">${title}</text>`,
    `<text x="${LEFT - 6}" y="${TOP + 4}" text-anchor="end">${most}</text>`,
    `<text x="${LEFT - 6}" y="${HEIGHT - BOTTOM}" text-anchor="end">0</text>`,
    `<text x="${WIDTH - RIGHT}" y="${HEIGHT - BOTTOM + 16}" text-anchor="end">${longest} steps</text>`,
  ];
  return axis + labels.join('') + drawn.join('');
}

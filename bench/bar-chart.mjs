// @ts-check

const COLORS = ['#cf222e', '#bf8700', '#0969da', '#8250df'];
const WIDTH = 720;
const LEFT = 60;
const TOP = 40;
const HEIGHT = 220;
const BAR = 26;

/**
 * @typedef {object} Bar
 * @property {string} side
 * @property {number} value  its height
 * @property {string} label  above it
 */

/**
 * Groups of bars, one colour for each side.
 *
 * @param {object} what
 * @param {string} what.title
 * @param {readonly string[]} what.sides
 * @param {readonly { name: string, bars: readonly Bar[] }[]} what.groups
 */
export function barChart({ title, sides, groups }) {
  const most = Math.max(1, ...groups.flatMap(({ bars }) => bars.map(({ value }) => value)));
  const step = (WIDTH - LEFT) / groups.length;
  const drawn = groups.flatMap(({ name, bars }, group) => {
    const left = Math.round(LEFT + group * step + 20);
    return [
      ...bars.map((bar, n) => drawBar(bar, left + n * (BAR + 10), colorOf(sides, bar.side), most)),
      `<text x="${left}" y="${TOP + HEIGHT + 18}" fill="#24292f">${name}</text>`,
    ];
  });
  const legend = sides.map((side, n) => {
    const x = LEFT + n * 170;
    const y = TOP + HEIGHT + 34;
    return `<rect x="${x}" y="${y}" width="12" height="12" fill="${colorOf(sides, side)}"/><text x="${x + 18}" y="${y + 11}">${side}</text>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${TOP + HEIGHT + 60}" font-family="sans-serif" font-size="12" fill="#57606a">
<title>${title}</title>
<rect width="100%" height="100%" fill="#fff"/>
<text x="${LEFT}" y="18" fill="#24292f">${title}</text>
<text x="${LEFT - 8}" y="${TOP + 8}" text-anchor="end">${Math.round(most)}</text>
<path d="M${LEFT} ${TOP}V${TOP + HEIGHT}H${WIDTH - 10}" fill="none" stroke="#d0d7de"/>
${[...drawn, ...legend].join('\n')}
</svg>
`;
}

/** @param {Bar} bar @param {number} x @param {string | undefined} color @param {number} most */
function drawBar({ value, label }, x, color, most) {
  const height = Math.round((value / most) * HEIGHT);
  const y = TOP + HEIGHT - height;
  return `<rect x="${x}" y="${y}" width="${BAR}" height="${height}" fill="${color}"/><text x="${x + BAR / 2}" y="${y - 5}" text-anchor="middle">${label}</text>`;
}

/** @param {readonly string[]} sides @param {string} side */
function colorOf(sides, side) {
  return COLORS[sides.indexOf(side) % COLORS.length];
}

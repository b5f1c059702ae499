import type { PoolWait } from '../../data/report-data.ts';
import type { Model } from '../model.ts';
import type { AxisPen } from './axis-pen.ts';

/** In pixels. */
export const waitsHeight = 30;

const barsHeight = 20;

/** How many operations were waiting for a connection, from this time on. */
interface Step {
  readonly at: number;
  readonly waiting: number;
}

/** Draws how many operations waited for a connection at each time; a mark shows where one got none in time. */
export function drawWaits(pen: AxisPen, top: number): void {
  const { context, model, range, colors, left, width } = pen;
  const bottom = top + waitsHeight - 3;
  const steps = stepsOf(model);
  const most = steps.reduce((one, { waiting }) => Math.max(one, waiting), 1);
  context.save();
  context.fillStyle = colors.dim;
  context.font = '12px system-ui, sans-serif';
  context.textBaseline = 'middle';
  const text = left < 200 ? `waits, most ${most}` : `waits for a connection, most ${most} at once`;
  context.fillText(text, 14, top + waitsHeight / 2, left - 20);
  context.translate(left, 0);
  context.fillStyle = colors.connection;
  for (const [x, waiting] of columnsOf(steps, pen).entries()) {
    const height = (waiting / most) * barsHeight;
    if (waiting > 0) context.fillRect(x, bottom - height, 1, height);
  }
  context.fillStyle = colors.failed;
  for (const { at, ms, timedOut } of model.waits) {
    const x = ((at + ms - range.from) / range.length) * width;
    if (timedOut && x >= 0 && x <= width) context.fillRect(x - 1, top + 2, 2.5, waitsHeight - 5);
  }
  context.restore();
}

/** How many waited at once, at most, in the time of each pixel. */
function columnsOf(steps: readonly Step[], { range, width }: AxisPen): Uint16Array {
  const columns = new Uint16Array(Math.ceil(width));
  for (const [index, { at, waiting }] of steps.entries()) {
    const next = steps[index + 1]?.at ?? at;
    if (waiting === 0 || next < range.from || at > range.to) continue;
    const first = Math.max(0, Math.floor(((at - range.from) / range.length) * width));
    const last = Math.min(columns.length - 1, Math.floor(((next - range.from) / range.length) * width));
    for (let x = first; x <= last; x += 1) columns[x] = Math.max(columns[x] ?? 0, waiting);
  }
  return columns;
}

/** Made once for each change: the page is painted with each move. */
let made: { readonly of: Model; readonly revision: number; readonly steps: readonly Step[] } | undefined;

function stepsOf(model: Model): readonly Step[] {
  if (made?.of !== model || made.revision !== model.revision)
    made = { of: model, revision: model.revision, steps: countWaits(model.waits) };
  return made.steps;
}

function countWaits(waits: readonly PoolWait[]): Step[] {
  const changes = waits.flatMap(({ at, ms }) => [
    { at, by: 1 },
    { at: at + ms, by: -1 },
  ]);
  let waiting = 0;
  return changes
    .toSorted((one, other) => one.at - other.at || one.by - other.by)
    .map(({ at, by }) => ({ at, waiting: (waiting += by) }));
}

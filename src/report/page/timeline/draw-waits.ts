import type { PoolWait } from '../../data/report-data.ts';
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
export function drawWaits({ context, model, range, colors, left, width }: AxisPen, top: number): void {
  const x = (at: number) => Math.min(Math.max(((at - range.from) / range.length) * width, 0), width);
  const bottom = top + waitsHeight - 3;
  const steps = stepsOf(model.waits);
  const most = steps.reduce((one, { waiting }) => Math.max(one, waiting), 1);
  context.save();
  context.fillStyle = colors.dim;
  context.font = '12px system-ui, sans-serif';
  context.textBaseline = 'middle';
  const text = left < 200 ? `waits, most ${most}` : `waits for a connection, most ${most} at once`;
  context.fillText(text, 14, top + waitsHeight / 2, left - 20);
  context.translate(left, 0);
  context.fillStyle = colors.connection;
  for (const [index, { at, waiting }] of steps.entries()) {
    const next = steps[index + 1]?.at ?? at;
    if (waiting === 0 || next < range.from || at > range.to) continue;
    const height = (waiting / most) * barsHeight;
    context.fillRect(x(at), bottom - height, Math.max(x(next) - x(at), 1.5), height);
  }
  context.fillStyle = colors.failed;
  for (const { at, ms, timedOut } of model.waits) {
    const end = at + ms;
    if (timedOut && end >= range.from && end <= range.to)
      context.fillRect(x(end) - 1, top + 2, 2.5, waitsHeight - 5);
  }
  context.restore();
}

function stepsOf(waits: readonly PoolWait[]): Step[] {
  const changes = waits.flatMap(({ at, ms }) => [
    { at, by: 1 },
    { at: at + ms, by: -1 },
  ]);
  let waiting = 0;
  return changes
    .toSorted((one, other) => one.at - other.at || one.by - other.by)
    .map(({ at, by }) => ({ at, waiting: (waiting += by) }));
}

import { duration, moment } from '../format.ts';
import type { Model } from '../model.ts';
import type { AxisPen } from './axis-pen.ts';
import { drawWaits, waitsHeight } from './draw-waits.ts';
import { drawOverview, overviewHeight } from './overview.ts';

/** At least so many pixels between two ticks. */
const tickWidth = 110;

/** The height of the overview with the times, in pixels. Below it are the waits for connections. */
export const waitsTop = 54;

/** The height of everything above the rows, in pixels. */
export function axisHeightOf({ waits }: Model): number {
  return waitsTop + (waits.length > 0 ? waitsHeight : 0);
}

/**
 * Draws when things happened: over the whole run, with the part that is shown; below it the times of that part, and how many
 * operations waited for a connection then.
 */
export function drawAxis(pen: AxisPen): void {
  const { context, model, left, width } = pen;
  context.clearRect(0, 0, left + width, axisHeightOf(model));
  context.save();
  context.translate(left, 0);
  drawOverview(pen);
  drawTicks(pen);
  context.restore();
  if (model.waits.length > 0) drawWaits(pen, waitsTop);
  context.fillStyle = pen.colors.line;
  context.fillRect(0, axisHeightOf(model) - 1, left + width, 1);
  context.fillRect(left - 1, overviewHeight, 1, axisHeightOf(model) - overviewHeight);
}

function drawTicks({ context, model, range, colors, width }: AxisPen): void {
  const step = stepOf((range.length / width) * tickWidth);
  context.font = '11px system-ui, sans-serif';
  context.fillStyle = colors.dim;
  context.textBaseline = 'middle';
  // At full seconds and minutes of the clock.
  const first = Math.ceil((model.start + range.from) / step) * step - model.start;
  // Counted: to a time that is far away a step may add nothing.
  for (let tick = 0; tick <= range.length / step; tick += 1) {
    const at = first + tick * step;
    if (at > range.to) return;
    const x = ((at - range.from) / range.length) * width;
    context.fillRect(Math.round(x), waitsTop - 8, 1, 8);
    context.fillText(labelOf(at, step, model.start), x + 4, waitsTop - 14);
  }
}

/** The times of day while two ticks differ, else the time since the start. */
function labelOf(at: number, step: number, start: number): string {
  if (start === 0 || step < 1) return at === 0 ? '0' : `+${duration(at)}`;
  return moment(at, start, step < 1000);
}

const day = 86_400_000;

/** 1, 2 or 5 times a power of ten; from a second on, what clocks show; above a day, so many days. */
export function stepOf(least: number): number {
  const clock = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 21_600, 43_200, 86_400];
  const onClock = clock.find(seconds => seconds * 1000 >= least);
  if (least > 1000 && onClock !== undefined) return onClock * 1000;
  if (least > 1000) return roundAbove(least / day) * day;
  return roundAbove(least);
}

function roundAbove(least: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(least, 0.001)));
  return ([1, 2, 5, 10].find(factor => factor * power >= least) ?? 10) * power;
}

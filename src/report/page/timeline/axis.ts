import { duration, moment } from '../format.ts';
import type { Model } from '../model.ts';
import type { Colors } from './colors.ts';
import type { Range } from './range.ts';

/** The height of the axis with the overview, in pixels. */
export const axisHeight = 54;

const overviewHeight = 26;

/** At least so many pixels between two ticks. */
const tickWidth = 110;

/** Draws when things happened: over the whole run, with the part that is shown, and below it the times of that part. */
export function drawAxis(
  context: CanvasRenderingContext2D,
  model: Model,
  range: Range,
  colors: Colors,
  left: number,
  width: number,
): void {
  context.clearRect(0, 0, left + width, axisHeight);
  context.save();
  context.translate(left, 0);
  drawOverview(context, model, range, colors, width);
  drawTicks(context, model, range, colors, width);
  context.restore();
}

function drawOverview(
  context: CanvasRenderingContext2D,
  model: Model,
  range: Range,
  colors: Colors,
  width: number,
): void {
  const end = Math.max(model.end * 1.01, 1);
  drawWindow(context, range, colors, width, end);
  const bins = Array.from({ length: Math.max(1, Math.floor(width / 4)) }, () => 0);
  for (const { at } of model.sessions.values()) {
    const bin = Math.min(bins.length - 1, Math.floor((at / end) * bins.length));
    bins[bin] = (bins[bin] ?? 0) + 1;
  }
  const most = bins.reduce((one, other) => Math.max(one, other), 1);
  context.fillStyle = colors.session;
  for (const [index, number] of bins.entries()) {
    const height = number === 0 ? 0 : 2 + (number / most) * (overviewHeight - 8);
    context.fillRect(index * 4, overviewHeight - height, 3, height);
  }
  for (const finding of model.findings) {
    context.fillStyle = colors[finding.category];
    for (const at of finding.times) context.fillRect((at / end) * width - 1, 0, 2.5, 6);
  }
}

/** The part that is shown. */
function drawWindow(
  context: CanvasRenderingContext2D,
  range: Range,
  colors: Colors,
  width: number,
  end: number,
): void {
  if (range.isWhole) return;
  const from = (range.from / end) * width;
  const to = (range.to / end) * width;
  context.fillStyle = colors.hover;
  context.fillRect(from, 0, Math.max(to - from, 2), overviewHeight);
  context.strokeStyle = colors.text;
  context.lineWidth = 1;
  context.strokeRect(from + 0.5, 0.5, Math.max(to - from, 2) - 1, overviewHeight - 1);
}

function drawTicks(
  context: CanvasRenderingContext2D,
  model: Model,
  range: Range,
  colors: Colors,
  width: number,
): void {
  const step = stepOf((range.length / width) * tickWidth);
  context.font = '11px system-ui, sans-serif';
  context.fillStyle = colors.dim;
  context.textBaseline = 'middle';
  for (let at = Math.ceil(range.from / step) * step; at <= range.to; at += step) {
    const x = ((at - range.from) / range.length) * width;
    context.fillRect(Math.round(x), axisHeight - 8, 1, 8);
    context.fillText(labelOf(at, step, model.start), x + 4, axisHeight - 14);
  }
}

/** The times of day while they can be told apart, else the time since the start. */
function labelOf(at: number, step: number, start: number): string {
  if (start === 0 || step < 1) return at === 0 ? '0' : `+${duration(at)}`;
  return moment(at, start, step < 1000);
}

/** 1, 2 or 5 times a power of ten; from a second on, what clocks show. */
export function stepOf(least: number): number {
  const clock = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 21_600, 43_200, 86_400];
  if (least > 1000) return (clock.find(seconds => seconds * 1000 >= least) ?? 86_400) * 1000;
  const power = 10 ** Math.floor(Math.log10(Math.max(least, 0.001)));
  return ([1, 2, 5, 10].find(factor => factor * power >= least) ?? 10) * power;
}

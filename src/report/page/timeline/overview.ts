import type { SessionRow } from '../../data/report-data.ts';
import type { Model } from '../model.ts';
import type { AxisPen } from './axis-pen.ts';

/** In pixels. */
export const overviewHeight = 26;

/** The width of a bar with its gap, in pixels. */
const binWidth = 4;

/** From the bottom of a bar to its top: what went wrong stands out. */
const layers = ['session', 'committed', 'aborted', 'unknown', 'failed'] as const;

type Layer = (typeof layers)[number];

type Bin = Record<Layer, number>;

/** The sessions of the whole run by their start and outcome, the findings above them, and the part that is shown. */
export function drawOverview(pen: AxisPen): void {
  const { context, model, colors, width } = pen;
  const end = Math.max(model.end * 1.01, 1);
  drawWindow(pen, end);
  const bins = binsOf(model, Math.max(1, Math.floor(width / binWidth)), end);
  const most = bins.reduce((one, bin) => Math.max(one, sumOf(bin)), 1);
  const unit = (overviewHeight - 9) / most;
  for (const [index, bin] of bins.entries()) {
    let bottom = overviewHeight;
    for (const layer of layers) {
      if (bin[layer] === 0) continue;
      const height = Math.max(bin[layer] * unit, 1.5);
      context.fillStyle = colors[layer];
      context.fillRect(index * binWidth, bottom - height, binWidth - 1, height);
      bottom -= height;
    }
  }
  for (const finding of model.findings) {
    context.fillStyle = colors[finding.category];
    for (const at of finding.times) context.fillRect((at / end) * width - 1, 0, 2.5, 5);
  }
}

/** The part that is shown. */
function drawWindow({ context, range, colors, width }: AxisPen, end: number): void {
  if (range.isWhole) return;
  const from = (range.from / end) * width;
  const to = (range.to / end) * width;
  context.fillStyle = colors.hover;
  context.fillRect(from, 0, Math.max(to - from, 2), overviewHeight);
  context.strokeStyle = colors.focus;
  context.lineWidth = 1;
  context.strokeRect(from + 0.5, 0.5, Math.max(to - from, 2) - 1, overviewHeight - 1);
}

/** Counted once for each change: a report may have ten thousand sessions, and the page is painted with each move. */
let counted: { readonly of: Model; readonly state: string; readonly bins: readonly Bin[] } | undefined;

function binsOf(model: Model, number: number, end: number): readonly Bin[] {
  const state = `${model.revision} ${model.sessions.size} ${number}`;
  if (counted?.of === model && counted.state === state) return counted.bins;
  const bins = Array.from(
    { length: number },
    (): Bin => ({ session: 0, committed: 0, aborted: 0, unknown: 0, failed: 0 }),
  );
  for (const session of model.sessions.values()) {
    const bin = bins[Math.min(bins.length - 1, Math.floor((session.at / end) * bins.length))];
    if (bin !== undefined) bin[layerOf(session)] += 1;
  }
  counted = { of: model, state, bins };
  return bins;
}

/** The worst outcome of its transactions. */
function layerOf({ transactions }: SessionRow): Layer {
  return layers.findLast(layer => transactions.some(({ outcome }) => outcome === layer)) ?? 'session';
}

function sumOf(bin: Bin): number {
  return layers.reduce((sum, layer) => sum + bin[layer], 0);
}

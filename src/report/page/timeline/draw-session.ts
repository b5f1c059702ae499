import type { AttemptRow, OperationRow, SessionRow, TransactionRow } from '../../data/report-data.ts';
import type { Model } from '../model.ts';
import type { Colors } from './colors.ts';

/** The height of a row, in pixels. */
export const rowHeight = 30;

/** Where things of a row are drawn, from its top. */
const barTop = 4;
const barHeight = 22;
const laneHeight = 5;
const lanes = 3;

/** What is needed to draw one row. */
export interface Pen {
  readonly context: CanvasRenderingContext2D;
  readonly colors: Colors;
  readonly model: Model;
  /** The pixel of a time. */
  readonly x: (at: number) => number;
  readonly width: number;
  /** Sessions and operations without an end are drawn up to here. */
  readonly now: number;
}

/** The pixels between two lines of a hatched part, and how many pixels of one part are hatched: more than a screen has. */
const hatchWidth = 5;
const mostHatched = 4000;

/** Draws one session with its transactions, operations and findings. */
export function drawSession(pen: Pen, session: SessionRow, top: number): void {
  const { context, colors, x, now } = pen;
  const from = x(session.at);
  const to = Math.max(x(session.endedAt ?? now), from + 2);
  context.fillStyle = colors.session;
  rounded(context, from, top + barTop + 8, to - from, 6);
  if (session.endedAt === undefined) openEnd(pen, to, top);
  for (const transaction of session.transactions) drawTransaction(pen, transaction, top);
  drawOperations(pen, session.operations, top);
  for (const { finding, at } of session.marks) drawMark(pen, finding, at, top);
}

/** A session that was never ended fades out. */
function openEnd({ context, colors, width }: Pen, from: number, top: number): void {
  context.save();
  context.strokeStyle = colors.session;
  context.setLineDash([3, 4]);
  context.beginPath();
  context.moveTo(from, top + barTop + 11);
  context.lineTo(Math.min(from + 24, width), top + barTop + 11);
  context.stroke();
  context.restore();
}

function drawTransaction(pen: Pen, transaction: TransactionRow, top: number): void {
  const { attempts, outcome } = transaction;
  for (const [index, attempt] of attempts.entries()) {
    const isLast = index === attempts.length - 1;
    drawAttempt(pen, attempt, isLast ? outcome : 'aborted', isLast ? transaction.endedAt : undefined, top);
  }
}

function drawAttempt(
  pen: Pen,
  attempt: AttemptRow,
  outcome: TransactionRow['outcome'],
  end: number | undefined,
  top: number,
): void {
  const { context, colors, x, now } = pen;
  const from = x(attempt.at);
  const to = Math.max(x(attempt.endedAt ?? end ?? now), from + 2);
  context.globalAlpha = 0.22;
  context.fillStyle = colors[outcome];
  rounded(context, from, top + barTop, to - from, barHeight);
  context.globalAlpha = 1;
  if (attempt.drain !== undefined) drawDrain(pen, attempt.drain, to, top);
  context.strokeStyle = colors[outcome];
  context.lineWidth = 1.25;
  if (outcome !== 'committed') context.setLineDash(outcome === 'running' ? [4, 3] : [2, 2]);
  context.beginPath();
  context.roundRect(from + 0.5, top + barTop + 0.5, Math.max(to - from - 1, 1), barHeight - 1, 4);
  context.stroke();
  context.setLineDash([]);
}

/** The time in which the end waited for operations that were not awaited. */
function drawDrain(
  { context, colors, x }: Pen,
  drain: NonNullable<AttemptRow['drain']>,
  end: number,
  top: number,
): void {
  const from = x(drain.at);
  const to = drain.endedAt === undefined ? end : x(drain.endedAt);
  hatch(context, colors.drain, from, top + barTop, Math.max(to - from, 2), barHeight);
}

/** Operations that were in flight together lie below each other. */
function drawOperations(pen: Pen, operations: readonly OperationRow[], top: number): void {
  const ends: number[] = [];
  for (const operation of operations) {
    const free = Array.from({ length: lanes }, (_, lane) => lane).find(
      lane => (ends[lane] ?? Number.NEGATIVE_INFINITY) <= operation.at,
    );
    const lane = free ?? lanes - 1;
    ends[lane] = operation.endedAt ?? pen.now;
    drawOperation(pen, operation, top + barTop + 3 + lane * (laneHeight + 1));
  }
}

function drawOperation({ context, colors, x, now }: Pen, operation: OperationRow, y: number): void {
  const from = x(operation.at);
  const sent = x(operation.sentAt ?? operation.at);
  const to = Math.max(x(operation.endedAt ?? (operation.outside === true ? operation.at : now)), sent + 3);
  if (operation.sentAt !== undefined)
    hatch(context, colors.wait, from, y, Math.max(sent - from, 2), laneHeight);
  context.fillStyle =
    operation.error !== undefined
      ? colors.failed
      : operation.outside === true
        ? colors.suspicious
        : colors.operation;
  rounded(context, sent, y, to - sent, laneHeight);
  if (operation.straggler !== true) return;
  context.strokeStyle = colors.correctness;
  context.lineWidth = 1.5;
  context.strokeRect(sent - 0.5, y - 0.5, to - sent + 1, laneHeight + 1);
}

function drawMark({ context, colors, x, model }: Pen, finding: string, at: number, top: number): void {
  const category = model.findingOf(finding)?.category ?? 'suspicious';
  const center = x(at);
  const y = top + rowHeight / 2;
  const size = 6.5;
  context.beginPath();
  context.moveTo(center, y - size);
  context.lineTo(center + size, y);
  context.lineTo(center, y + size);
  context.lineTo(center - size, y);
  context.closePath();
  context.fillStyle = colors[category];
  context.fill();
  context.strokeStyle = colors.surface;
  context.lineWidth = 1.5;
  context.stroke();
}

function rounded(
  context: CanvasRenderingContext2D,
  x: number,
  y: number,
  width: number,
  height: number,
): void {
  context.beginPath();
  context.roundRect(x, y, Math.max(width, 1), height, Math.min(3, width / 2));
  context.fill();
}

function hatch(
  context: CanvasRenderingContext2D,
  color: string,
  x: number,
  y: number,
  width: number,
  height: number,
): void {
  context.save();
  context.beginPath();
  context.rect(x, y, width, height);
  context.clip();
  context.globalAlpha = 0.25;
  context.fillStyle = color;
  context.fillRect(x, y, width, height);
  context.globalAlpha = 1;
  context.strokeStyle = color;
  context.lineWidth = 1;
  context.beginPath();
  const from = Math.max(x, 0) - height;
  // Counted: at a place that is far away 5 pixels more may add nothing.
  const lines = Math.min(x + width - from, mostHatched) / hatchWidth;
  for (let line = 0; line < lines; line += 1) {
    const at = from + line * hatchWidth;
    context.moveTo(at, y + height);
    context.lineTo(at + height, y);
  }
  context.stroke();
  context.restore();
}

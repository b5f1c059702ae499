import type { SessionRow } from '../../data/report-data.ts';
import { byId } from '../dom.ts';
import { duration } from '../format.ts';
import type { State } from '../state.ts';
import { axisHeightOf, drawAxis } from './axis.ts';
import { canvasOf, sized } from './canvas.ts';
import { readColors } from './colors.ts';
import { connectControls } from './controls.ts';
import { drawSession, type Pen, rowHeight } from './draw-session.ts';
import type { Range } from './range.ts';
import { rowLabel } from './row-label.ts';
import { View } from './view.ts';

/** Labels of so few pixels are narrow. */
const narrow = 150;

/** The sessions over time: labels as elements, for the rows that can be seen; everything else on one canvas. */
export class Timeline {
  readonly #state: State;
  readonly #view = new View(() => this.draw());
  readonly #scroll = byId('scroll');
  readonly #labels = byId('labels');
  readonly #canvas = canvasOf('canvas');
  readonly #axis = canvasOf('axis');
  #colors = readColors();
  #active = 0;
  #isNarrow = false;
  #frame = 0;

  constructor(state: State) {
    this.#state = state;
    const { range } = this.#view;
    range.setEnd(state.model.end);
    range.fit();
    state.onChange(change => {
      range.setEnd(state.model.end);
      if (change === 'filter') {
        this.#view.followsRows = true;
        this.#activate(0);
      }
      this.draw();
    });
    this.#scroll.addEventListener('scroll', () => this.draw());
    new ResizeObserver(() => this.draw()).observe(this.#scroll);
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
      this.#colors = readColors();
      this.draw();
    });
    const [scroll, labels, canvas, axis] = [this.#scroll, this.#labels, this.#canvas, this.#axis];
    connectControls({ scroll, labels, canvas, axis, end: () => state.model.end }, this.#view, {
      move: rows => this.#activate(this.#active + rows),
      first: () => this.#activate(0),
      last: () => this.#activate(state.sessions.length - 1),
      nextFinding: direction => this.#nextFinding(direction),
      open: () => this.#open(this.#active),
      openWaits: () => state.select({ kind: 'waits', key: '' }),
      click: (y, isDouble) => this.#click(y, isDouble),
    });
  }

  /** Draws once for all changes before the next frame. */
  draw(): void {
    if (this.#frame !== 0) return;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      this.#paint();
    });
  }

  /** Shows a session: its row and its time. */
  #reveal(key: string): void {
    const index = this.#state.sessions.findIndex(session => session.key === key);
    const session = this.#state.sessions[index];
    if (session === undefined) return;
    this.#activate(index);
    this.#view.show(session.at, Math.max(lastOf(session), ...session.marks.map(({ at }) => at)));
  }

  #click(y: number, isDouble: boolean): void {
    const index = Math.floor((y + (this.#scroll.scrollTop % rowHeight)) / rowHeight) + this.#firstRow;
    const session = this.#state.sessions[index];
    if (session === undefined) return;
    if (isDouble) this.#reveal(session.key);
    else {
      this.#activate(index);
      this.#open(index);
    }
  }

  #open(index: number): void {
    const session = this.#state.sessions[index];
    if (session !== undefined) this.#state.select({ kind: 'session', key: session.key });
  }

  /** The row that the keys act on. */
  #activate(index: number): void {
    this.#active = Math.min(Math.max(index, 0), Math.max(this.#state.sessions.length - 1, 0));
    const top = this.#active * rowHeight;
    const height = this.#scroll.clientHeight - this.#axisHeight;
    if (top < this.#scroll.scrollTop) this.#scroll.scrollTop = top;
    else if (top + rowHeight > this.#scroll.scrollTop + height)
      this.#scroll.scrollTop = top + rowHeight - height;
    this.draw();
  }

  #nextFinding(direction: 1 | -1): void {
    const { sessions } = this.#state;
    for (let step = 1; step <= sessions.length; step += 1) {
      const index = (this.#active + direction * step + sessions.length * 2) % sessions.length;
      const session = sessions[index];
      if (session === undefined || session.marks.length === 0) continue;
      this.#reveal(session.key);
      this.#open(index);
      return;
    }
  }

  get #firstRow(): number {
    return Math.floor(this.#scroll.scrollTop / rowHeight);
  }

  get #axisHeight(): number {
    return axisHeightOf(this.#state.model);
  }

  #paint(): void {
    const { sessions, model } = this.#state;
    const { range, followsRows } = this.#view;
    byId('spacer').style.height = `${sessions.length * rowHeight}px`;
    byId('empty').hidden = sessions.length > 0;
    byId('waits-legend').hidden = model.waits.length === 0;
    const axisHeight = this.#axisHeight;
    this.#scroll.style.setProperty('--axis', `${axisHeight}px`);
    const height = Math.max(
      Math.min(this.#scroll.clientHeight - axisHeight, sessions.length * rowHeight),
      rowHeight,
    );
    const left = this.#labels.clientWidth;
    this.#isNarrow = left < narrow;
    const width = Math.max(this.#scroll.clientWidth - left, 50);
    const context = sized(this.#canvas, width, height);
    const axis = sized(this.#axis, width + left, axisHeight);
    if (context === null || axis === null) return;
    if (followsRows) this.#showTimeOf(height);
    this.#showLength(timeText(range, model.end));
    drawAxis({ context: axis, model, range, colors: this.#colors, left, width });
    const x = (at: number) => ((at - range.from) / range.length) * width;
    this.#paintRows({ context, colors: this.#colors, model, x, width, now: model.end }, height);
    if (sessions.length > 0) this.#scroll.setAttribute('aria-activedescendant', `row-${this.#active}`);
    else this.#scroll.removeAttribute('aria-activedescendant');
  }

  #showLength(text: string): void {
    const shown = byId('shown');
    if (shown.textContent !== text) shown.textContent = text;
  }

  /** Of the rows that can be seen as a whole. */
  #showTimeOf(height: number): void {
    const last = Math.floor((this.#scroll.scrollTop + height) / rowHeight);
    const rows = this.#state.sessions.slice(this.#firstRow, Math.max(last, this.#firstRow + 1));
    if (rows.length === 0) return;
    const from = Math.min(...rows.map(({ at }) => at));
    this.#view.range.show(from, Math.max(...rows.map(lastOf)));
  }

  #paintRows(pen: Pen, height: number): void {
    const { sessions, selection } = this.#state;
    const { context, colors, width } = pen;
    const first = this.#firstRow;
    const last = Math.ceil((this.#scroll.scrollTop + height) / rowHeight);
    const offset = this.#scroll.scrollTop % rowHeight;
    const labels: HTMLElement[] = [];
    for (const [index, session] of sessions.slice(first, last).entries()) {
      const top = index * rowHeight - offset;
      const isOpen = selection?.kind === 'session' && selection.key === session.key;
      if ((first + index) % 2 === 1 || isOpen) {
        context.fillStyle = isOpen ? colors.hover : colors.stripe;
        context.fillRect(0, top, width, rowHeight);
      }
      drawSession(pen, session, top);
      labels.push(this.#label(session, first + index, top, isOpen));
    }
    this.#labels.replaceChildren(...labels);
    this.#labels.style.height = `${height}px`;
  }

  #label(session: SessionRow, index: number, top: number, isOpen: boolean): HTMLElement {
    const { sessions, model } = this.#state;
    const label = rowLabel(model, session, {
      index,
      total: sessions.length,
      before: sessions[index - 1],
      isNarrow: this.#isNarrow,
    });
    label.style.transform = `translateY(${top}px)`;
    label.classList.toggle('active', index === this.#active);
    label.classList.toggle('odd', index % 2 === 1);
    label.setAttribute('aria-selected', isOpen ? 'true' : 'false');
    return label;
  }
}

/** How much of the time is shown. */
function timeText({ isWhole, length }: Range, end: number): string {
  return isWhole ? `all of ${duration(end)}` : `${duration(length)} of ${duration(end)}`;
}

/** When the last thing happened in a session: one that was left open for long would make all others too short to be seen. */
function lastOf({ at, endedAt, operations, transactions }: SessionRow): number {
  const last = Math.max(
    ...operations.map(operation => operation.endedAt ?? operation.at),
    ...transactions.map(transaction => transaction.endedAt ?? transaction.at),
  );
  return Number.isFinite(last) ? last : (endedAt ?? at);
}

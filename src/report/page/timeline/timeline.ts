import type { SessionRow } from '../../data/report-data.ts';
import { button, byId } from '../dom.ts';
import type { State } from '../state.ts';
import { axisHeight, drawAxis } from './axis.ts';
import { canvasOf, sized } from './canvas.ts';
import { readColors } from './colors.ts';
import { drawSession, rowHeight } from './draw-session.ts';
import { onGestures } from './gestures.ts';
import { onKeys } from './keys.ts';
import { Range } from './range.ts';
import { rowLabel } from './row-label.ts';

/** The sessions over time: labels as elements, for the rows that can be seen; everything else on one canvas. */
export class Timeline {
  readonly #state: State;
  readonly #range = new Range();
  readonly #scroll = byId('scroll');
  readonly #labels = byId('labels');
  readonly #canvas = canvasOf('canvas');
  readonly #axis = canvasOf('axis');
  #colors = readColors();
  #active = 0;
  #frame = 0;
  /** The time is that of the rows that can be seen, until the reader chooses another one. */
  #followsRows = true;

  constructor(state: State) {
    this.#state = state;
    this.#range.setEnd(state.model.end);
    this.#range.fit();
    state.onChange(change => {
      this.#range.setEnd(state.model.end);
      if (change === 'filter') {
        this.#followsRows = true;
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
    this.#listen();
  }

  /** Shows a session: its row and its time. */
  #reveal(key: string): void {
    const index = this.#state.sessions.findIndex(session => session.key === key);
    const session = this.#state.sessions[index];
    if (session === undefined) return;
    this.#activate(index);
    this.#followsRows = false;
    this.#range.show(session.at, lastOf(session));
    this.draw();
  }

  /** Draws once for all changes before the next frame. */
  draw(): void {
    if (this.#frame !== 0) return;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      this.#paint();
    });
  }

  get #labelWidth(): number {
    return this.#labels.clientWidth;
  }

  #listen(): void {
    const zoomBy = (factor: number, x?: number) => {
      this.#followsRows = false;
      this.#range.zoom(factor, x === undefined ? (this.#range.from + this.#range.to) / 2 : this.#timeAt(x));
      this.draw();
    };
    const pan = (by: number) => {
      this.#followsRows = false;
      this.#range.pan(by);
      this.draw();
    };
    const fit = () => {
      this.#followsRows = false;
      this.#range.fit();
      this.draw();
    };
    onGestures(this.#canvas, {
      zoom: (factor, x) => zoomBy(factor, x),
      pan: pixels => pan((-pixels / this.#canvas.clientWidth) * this.#range.length),
      click: (_x, y, isDouble) => this.#click(y, isDouble),
    });
    this.#listenToAxis(zoomBy, pan);
    this.#labels.addEventListener('click', event => {
      this.#click(event.clientY - this.#labels.getBoundingClientRect().top, false);
    });
    onKeys(this.#scroll, {
      move: rows => this.#activate(this.#active + rows),
      first: () => this.#activate(0),
      last: () => this.#activate(this.#state.sessions.length - 1),
      nextFinding: direction => this.#nextFinding(direction),
      zoom: factor => zoomBy(factor),
      pan: share => pan(share * this.#range.length),
      fit,
      fitRows: () => this.#fitRows(),
      open: () => this.#open(this.#active),
    });
    byId('zoom').replaceChildren(
      button('−', () => zoomBy(1 / 0.6), { 'aria-label': 'Zoom out' }),
      button('+', () => zoomBy(0.6), { 'aria-label': 'Zoom in' }),
      button('Whole time', fit),
      button('Time of the rows', () => this.#fitRows()),
      button('Next finding', () => this.#nextFinding(1)),
    );
  }

  /** On the axis the wheel always zooms, and a press on the overview goes there. */
  #listenToAxis(zoomBy: (factor: number, x: number) => void, pan: (by: number) => void): void {
    this.#axis.addEventListener(
      'wheel',
      event => {
        event.preventDefault();
        zoomBy(Math.exp(event.deltaY * 0.002), event.offsetX - this.#labelWidth);
      },
      { passive: false },
    );
    this.#axis.addEventListener('pointerdown', event => {
      const share = (event.offsetX - this.#labelWidth) / this.#canvas.clientWidth;
      if (share < 0) return;
      const middle = (this.#range.from + this.#range.to) / 2;
      pan(share * this.#state.model.end - middle);
    });
  }

  #fitRows(): void {
    this.#followsRows = true;
    this.draw();
  }

  #showTimeOf(rows: readonly SessionRow[]): void {
    if (rows.length === 0) return;
    const from = Math.min(...rows.map(({ at }) => at));
    this.#range.show(from, Math.max(...rows.map(lastOf)));
  }

  #timeAt(x: number): number {
    return this.#range.from + (x / this.#canvas.clientWidth) * this.#range.length;
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
    const height = this.#scroll.clientHeight - axisHeight;
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

  #paint(): void {
    const { sessions, model, selection } = this.#state;
    byId('spacer').style.height = `${sessions.length * rowHeight}px`;
    byId('empty').hidden = sessions.length > 0;
    const height = Math.max(
      Math.min(this.#scroll.clientHeight - axisHeight, sessions.length * rowHeight),
      rowHeight,
    );
    const width = Math.max(this.#scroll.clientWidth - this.#labelWidth, 50);
    const context = sized(this.#canvas, width, height);
    const axis = sized(this.#axis, width + this.#labelWidth, axisHeight);
    if (context === null || axis === null) return;
    const last = Math.ceil((this.#scroll.scrollTop + height) / rowHeight);
    const whole = Math.max(Math.floor((this.#scroll.scrollTop + height) / rowHeight), this.#firstRow + 1);
    if (this.#followsRows) this.#showTimeOf(sessions.slice(this.#firstRow, whole));
    drawAxis(axis, model, this.#range, this.#colors, this.#labelWidth, width);
    const x = (at: number) => ((at - this.#range.from) / this.#range.length) * width;
    const pen = { context, colors: this.#colors, model, x, width, now: model.end };
    const first = this.#firstRow;
    const offset = this.#scroll.scrollTop % rowHeight;
    const labels: HTMLElement[] = [];
    for (let index = first; index < last; index += 1) {
      const session = sessions[index];
      if (session === undefined) break;
      const top = (index - first) * rowHeight - offset;
      const isOpen = selection?.kind === 'session' && selection.key === session.key;
      if (index % 2 === 1 || isOpen) {
        context.fillStyle = isOpen ? this.#colors.hover : this.#colors.stripe;
        context.fillRect(0, top, width, rowHeight);
      }
      drawSession(pen, session, top);
      labels.push(this.#label(index, top, isOpen));
    }
    this.#labels.replaceChildren(...labels);
    this.#labels.style.height = `${height}px`;
    if (sessions.length > 0) this.#scroll.setAttribute('aria-activedescendant', `row-${this.#active}`);
    else this.#scroll.removeAttribute('aria-activedescendant');
  }

  #label(index: number, top: number, isOpen: boolean): HTMLElement {
    const { sessions, model } = this.#state;
    const session = sessions[index];
    if (session === undefined) throw new RangeError('There is no such row.');
    const label = rowLabel(model, session, index, sessions.length, sessions[index - 1]);
    label.style.transform = `translateY(${top}px)`;
    label.classList.toggle('active', index === this.#active);
    label.classList.toggle('odd', index % 2 === 1);
    label.setAttribute('aria-selected', isOpen ? 'true' : 'false');
    return label;
  }
}

/** When the last thing happened in a session. */
function lastOf({ at, endedAt, operations }: SessionRow): number {
  return (
    endedAt ?? operations.reduce((last, operation) => Math.max(last, operation.endedAt ?? operation.at), at)
  );
}

import { button, byId } from '../dom.ts';
import { waitsTop } from './axis.ts';
import { onGestures } from './gestures.ts';
import { onKeys } from './keys.ts';
import type { View } from './view.ts';

/** What is done with rows. */
export interface RowHandlers {
  move(rows: number): void;
  first(): void;
  last(): void;
  open(): void;
  nextFinding(direction: 1 | -1): void;
  openWaits(): void;
  /** @param y in pixels from the top of the rows */
  click(y: number, isDouble: boolean): void;
}

/** Where things are. */
export interface Surfaces {
  readonly scroll: HTMLElement;
  readonly labels: HTMLElement;
  readonly canvas: HTMLElement;
  readonly axis: HTMLElement;
  /** When the run ends. */
  readonly end: () => number;
}

/** Connects the wheel, touch, the mouse, the keys and the buttons with what they do. */
export function connectControls(surfaces: Surfaces, view: View, rows: RowHandlers): void {
  const { scroll, labels, canvas } = surfaces;
  const timeAt = (x: number) => view.range.from + (x / canvas.clientWidth) * view.range.length;
  onGestures(canvas, {
    zoom: (factor, x) => view.zoom(factor, timeAt(x)),
    pan: pixels => view.pan((-pixels / canvas.clientWidth) * view.range.length),
    click: (_x, y, isDouble) => rows.click(y, isDouble),
  });
  listenToAxis(surfaces, view, timeAt, rows);
  labels.addEventListener('click', event =>
    rows.click(event.clientY - labels.getBoundingClientRect().top, false),
  );
  onKeys(scroll, {
    ...rows,
    zoom: factor => view.zoom(factor),
    pan: share => view.pan(share * view.range.length),
    fit: () => view.fit(),
    fitRows: () => view.fitRows(),
  });
  byId('zoom').replaceChildren(
    button('−', () => view.zoom(1 / 0.6), { 'aria-label': 'Zoom out' }),
    button('+', () => view.zoom(0.6), { 'aria-label': 'Zoom in' }),
    button('Whole time', () => view.fit()),
    button('Time of the rows', () => view.fitRows()),
    button('Next finding', () => rows.nextFinding(1)),
  );
}

/** On the axis the wheel always zooms; a press on the overview goes there, one on the waits lists them. */
function listenToAxis(
  { axis, labels, canvas, end }: Surfaces,
  view: View,
  timeAt: (x: number) => number,
  rows: RowHandlers,
): void {
  axis.addEventListener(
    'wheel',
    event => {
      event.preventDefault();
      view.zoom(Math.exp(event.deltaY * 0.002), timeAt(event.offsetX - labels.clientWidth));
    },
    { passive: false },
  );
  axis.addEventListener('pointerdown', event => {
    if (event.offsetY >= waitsTop) return rows.openWaits();
    const share = (event.offsetX - labels.clientWidth) / canvas.clientWidth;
    if (share < 0) return;
    view.pan(share * end() - (view.range.from + view.range.to) / 2);
  });
}

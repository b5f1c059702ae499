/** What the user does with the canvas. */
export interface GestureHandlers {
  /** @param x where, in pixels from the left of the canvas */
  zoom(factor: number, x: number): void;
  /** @param pixels to the right */
  pan(pixels: number): void;
  click(x: number, y: number, isDouble: boolean): void;
}

interface Point {
  readonly x: number;
  readonly y: number;
}

/** A movement of fewer pixels is a click. */
const slop = 4;

/** The wheel (with Ctrl or the pinch of a touch pad it zooms), dragging, and two fingers. Vertical scrolling is the browser's. */
export function onGestures(element: HTMLElement, handlers: GestureHandlers): void {
  element.addEventListener(
    'wheel',
    event => {
      const x = event.clientX - element.getBoundingClientRect().left;
      if (event.ctrlKey || event.metaKey) handlers.zoom(Math.exp(event.deltaY * 0.004), x);
      else if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY))
        handlers.pan(-(event.deltaX === 0 ? event.deltaY : event.deltaX));
      else return;
      event.preventDefault();
    },
    { passive: false },
  );
  onPointers(element, handlers);
}

function onPointers(element: HTMLElement, handlers: GestureHandlers): void {
  const pointers = new Map<number, Point>();
  let moved = 0;
  element.addEventListener('pointerdown', event => {
    if (event.button !== 0) return;
    pointers.set(event.pointerId, pointOf(event, element));
    if (pointers.size === 1) moved = 0;
  });
  element.addEventListener('pointermove', event => {
    const before = pointers.get(event.pointerId);
    if (before === undefined) return;
    const point = pointOf(event, element);
    pointers.set(event.pointerId, point);
    moved += Math.abs(point.x - before.x) + Math.abs(point.y - before.y);
    if (moved < slop) return;
    if (!element.hasPointerCapture(event.pointerId)) element.setPointerCapture(event.pointerId);
    const other = [...pointers].find(([id]) => id !== event.pointerId)?.[1];
    if (other === undefined) handlers.pan(point.x - before.x);
    else handlers.zoom(distance(before, other) / distance(point, other), (point.x + other.x) / 2);
  });
  const end = (event: PointerEvent) => {
    const point = pointers.get(event.pointerId);
    pointers.delete(event.pointerId);
    if (point !== undefined && event.type === 'pointerup' && moved < slop)
      handlers.click(point.x, point.y, false);
  };
  element.addEventListener('pointerup', end);
  element.addEventListener('pointercancel', end);
  element.addEventListener('dblclick', event => {
    const { x, y } = pointOf(event, element);
    handlers.click(x, y, true);
  });
}

function pointOf(event: MouseEvent, element: HTMLElement): Point {
  const { left, top } = element.getBoundingClientRect();
  return { x: event.clientX - left, y: event.clientY - top };
}

/** In any direction: fingers above each other zoom, too. Two fingers are never at the same point. */
function distance(one: Point, other: Point): number {
  return Math.max(Math.hypot(one.x - other.x, one.y - other.y), 1);
}

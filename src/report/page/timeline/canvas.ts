import { byId } from '../dom.ts';

/** A canvas of the page's own markup. */
export function canvasOf(id: string): HTMLCanvasElement {
  const element = byId(id);
  if (element instanceof HTMLCanvasElement) return element;
  throw new TypeError(`#${id} is not a canvas.`);
}

/** Sharp on every screen, and cleared. */
export function sized(
  canvas: HTMLCanvasElement,
  width: number,
  height: number,
): CanvasRenderingContext2D | null {
  const ratio = devicePixelRatio;
  const [pixels, lines] = [Math.round(width * ratio), Math.round(height * ratio)];
  if (canvas.width !== pixels || canvas.height !== lines) {
    canvas.width = pixels;
    canvas.height = lines;
    canvas.style.width = `${width}px`;
    canvas.style.height = `${height}px`;
  }
  const context = canvas.getContext('2d');
  context?.setTransform(ratio, 0, 0, ratio, 0, 0);
  context?.clearRect(0, 0, width, height);
  return context;
}

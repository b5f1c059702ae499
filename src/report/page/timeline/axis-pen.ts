import type { Model } from '../model.ts';
import type { Colors } from './colors.ts';
import type { Range } from './range.ts';

/** What is needed to draw above the rows. */
export interface AxisPen {
  readonly context: CanvasRenderingContext2D;
  readonly model: Model;
  readonly range: Range;
  readonly colors: Colors;
  /** The width of the labels. */
  readonly left: number;
  /** Without the labels. */
  readonly width: number;
}

import { styleText } from 'node:util';

type Paint = (text: string) => string;

export interface Palette {
  readonly error: Paint;
  readonly warn: Paint;
  readonly rule: Paint;
  readonly label: Paint;
  readonly path: Paint;
  readonly mark: Paint;
  readonly dim: Paint;
}

const same: Paint = text => text;

export const plain: Palette = {
  error: same,
  warn: same,
  rule: same,
  label: same,
  path: same,
  mark: same,
  dim: same,
};

function paint(style: Parameters<typeof styleText>[0]): Paint {
  return text => styleText(style, text);
}

export const colored: Palette = {
  error: paint('red'),
  warn: paint('yellow'),
  rule: paint('bold'),
  label: paint('bold'),
  path: paint('cyan'),
  mark: paint('red'),
  dim: paint('gray'),
};

/** Colours only on a terminal, and never against NO_COLOR (no-color.org) or a dumb terminal. */
export function hasColors(stream: { readonly isTTY?: boolean }): boolean {
  const { NO_COLOR, TERM } = process.env;
  return stream.isTTY === true && (NO_COLOR ?? '') === '' && TERM !== 'dumb';
}

export function paletteFor(stream: { readonly isTTY?: boolean }): Palette {
  return hasColors(stream) ? colored : plain;
}

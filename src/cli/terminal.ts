/** Colours only on a terminal, and never against NO_COLOR (no-color.org) or a dumb terminal. */
export function hasColors(stream: { readonly isTTY?: boolean }): boolean {
  const { NO_COLOR, TERM } = process.env;
  return stream.isTTY === true && (NO_COLOR ?? '') === '' && TERM !== 'dumb';
}

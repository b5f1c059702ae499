import { el } from '../dom.ts';

/** Names with their values; a value may have several lines. */
export function facts(list: readonly (readonly [string, string])[]): HTMLElement {
  return el('dl', {}, ...list.flatMap(([name, value]) => [el('dt', {}, name), el('dd', {}, value)]));
}

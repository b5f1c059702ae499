import { el } from '../dom.ts';
import { count, duration, longPlace, moment } from '../format.ts';
import type { Model } from '../model.ts';

/** How many waits are listed. */
const most = 100;

/** The waits for a connection, the longest first. */
export function waitDetails({ waits, totals, start }: Model): HTMLElement[] {
  const shown = waits.toSorted((one, other) => other.ms - one.ms).slice(0, most);
  const rows = shown.map(({ at, ms, timedOut, place }) =>
    el(
      'tr',
      { class: timedOut ? 'bad' : undefined },
      el('td', {}, duration(ms)),
      el('td', {}, moment(at, start, true)),
      el('td', {}, timedOut ? 'got none in time' : 'got one'),
      el('td', { title: place }, place === undefined ? '' : longPlace(place)),
    ),
  );
  const head = ['Waited', 'From', 'Result', 'Line'].map(name => el('th', { scope: 'col' }, name));
  return [
    el('h2', { tabindex: -1 }, count(totals.waits, 'wait'), ' for a connection'),
    el(
      'p',
      {},
      'All connections of a pool were in use. The pool is too small for the load (maxPoolSize), or connections are held for too ' +
        'long: by slow operations, or by transactions that wait for something else than MongoDB.',
    ),
    el(
      'div',
      { class: 'scrolls', tabindex: 0 },
      el('table', {}, el('thead', {}, el('tr', {}, ...head)), el('tbody', {}, ...rows)),
    ),
    totals.waits > shown.length ? el('p', {}, `The longest ${shown.length} are shown.`) : el('span', {}),
  ];
}

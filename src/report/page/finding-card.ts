import type { FindingGroup } from '../data/report-data.ts';
import { button, el } from './dom.ts';
import { longPlace, moment, times } from './format.ts';

const signs = { correctness: '✕', suspicious: '!', performance: '◷', config: '⚙' };

export interface CardOptions {
  readonly isOpen: boolean;
  /** Milliseconds since 1970 of the run that the finding is of, and how long that was. */
  readonly start: number;
  readonly end: number;
  /** How often it was made in the run before: 0 if it is new, undefined without such a run. */
  readonly before: number | undefined;
}

/** One misuse in the list: what, where, how often, since when. */
export function findingCard(
  finding: FindingGroup,
  options: CardOptions,
  onClick: () => void,
): HTMLButtonElement {
  const { key, rule, category } = finding;
  const card = button('', onClick, {
    class: 'finding',
    'data-category': category,
    'data-key': key,
    'aria-pressed': options.isOpen ? 'true' : 'false',
  });
  card.append(
    el('span', { class: 'sign', 'aria-hidden': 'true' }, signs[category]),
    words(
      finding,
      el('span', { class: 'route' }, routesText(finding)),
      el('span', { class: 'rule' }, rule),
      el('span', { class: 'category' }, category),
    ),
    sparkline(finding, options.end),
    often(finding, options),
  );
  return card;
}

/** One that comes after another one: the same misuse goes on. */
export function partCard(
  finding: FindingGroup,
  { isOpen, before }: CardOptions,
  onClick: () => void,
): HTMLButtonElement {
  const { key, rule, category, count } = finding;
  const card = button('', onClick, {
    class: 'finding part',
    'data-category': category,
    'data-key': key,
    'aria-pressed': isOpen ? 'true' : 'false',
  });
  card.append(
    words(finding, el('span', { class: 'rule' }, rule)),
    el('span', { class: 'often' }, el('span', {}, times(count)), changeOf(before)),
  );
  return card;
}

/** One that was found in the run before, and is not found any more. */
export function goneCard(finding: FindingGroup, isOpen: boolean, onClick: () => void): HTMLButtonElement {
  const { key, rule, count } = finding;
  const card = button('', onClick, {
    class: 'finding gone',
    'data-key': `gone ${key}`,
    'aria-pressed': isOpen ? 'true' : 'false',
  });
  card.append(
    el('span', { class: 'sign', 'aria-hidden': 'true' }, '✓'),
    words(finding, el('span', { class: 'rule' }, rule)),
    el('span', { class: 'spark' }),
    el('span', { class: 'often' }, el('b', {}, 'gone'), el('span', {}, `before: ${times(count)}`)),
  );
  return card;
}

function often({ count, first, last }: FindingGroup, { start, before }: CardOptions): HTMLElement {
  const since = first === last ? `at ${moment(first, start)}` : `since ${moment(first, start)}`;
  return el(
    'span',
    { class: 'often' },
    el('b', {}, times(count)),
    changeOf(before),
    el('span', {}, since),
    first !== last && el('span', {}, `last ${moment(last, start)}`),
  );
}

function changeOf(before: number | undefined): HTMLElement | undefined {
  if (before === undefined) return undefined;
  const text = before === 0 ? 'new' : `before: ${times(before)}`;
  return el('span', { class: 'change', 'data-change': before === 0 ? 'new' : 'same' }, text);
}

function routesText({ routes }: FindingGroup): string {
  const names = Object.entries(routes).toSorted(([, one], [, other]) => other - one);
  const [first] = names;
  if (first === undefined) return '';
  return names.length === 1 ? first[0] : `${first[0]} and ${names.length - 1} more`;
}

const bins = 40;

/** When it happened, over the whole run. */
function sparkline({ times: all }: FindingGroup, end: number): HTMLElement {
  const counts = Array.from({ length: bins }, () => 0);
  for (const at of all) {
    const bin = Math.min(bins - 1, Math.floor((at / Math.max(end, 1)) * bins));
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  const most = Math.max(...counts, 1);
  const line = el('span', { class: 'spark', 'aria-hidden': 'true' });
  for (const number of counts) {
    const bar = el('i', {});
    bar.style.height = number === 0 ? '2px' : `${20 + Math.round((number / most) * 80)}%`;
    if (number > 0) bar.className = 'on';
    line.append(bar);
  }
  return line;
}

/** The sentence of a finding, and below it the line and what more is said of it. */
function words({ message, place }: FindingGroup, ...more: readonly HTMLElement[]): HTMLElement {
  const at = el('span', { class: 'at' }, place === undefined ? 'no line known' : longPlace(place));
  return el(
    'span',
    { class: 'words' },
    el('span', { class: 'message' }, message),
    el('span', { class: 'where' }, at, ...more),
  );
}

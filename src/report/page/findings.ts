import type { FindingGroup } from '../data/report-data.ts';
import { button, byId, el } from './dom.ts';
import { moment, shortPlace, times } from './format.ts';
import type { State } from './state.ts';

/** How many findings are shown before the button that shows the others. */
const shown = 6;

const marksOfCategories = { correctness: '✕', suspicious: '!', performance: '◷', config: '⚙' };

/** The list of what went wrong. */
export class FindingsList {
  readonly #state: State;
  #all = false;

  constructor(state: State) {
    this.#state = state;
    state.onChange(() => this.show());
  }

  show(): void {
    const { findings } = this.#state.model;
    const list = byId('findings');
    byId('what').hidden = findings.length === 0;
    const visible = this.#all ? findings : findings.slice(0, shown);
    const focused =
      document.activeElement instanceof HTMLElement ? document.activeElement.dataset['key'] : undefined;
    list.replaceChildren(...visible.map(finding => el('li', {}, this.#card(finding))));
    if (focused !== undefined)
      list.querySelector<HTMLElement>(`[data-key="${CSS.escape(focused)}"]`)?.focus();
    const more = byId('more');
    more.replaceChildren();
    if (findings.length > shown)
      more.append(
        button(this.#all ? 'Show fewer' : `Show all ${findings.length} findings`, () => {
          this.#all = !this.#all;
          this.show();
        }),
      );
  }

  #card(finding: FindingGroup): HTMLElement {
    const { model, selection, filter } = this.#state;
    const { key, rule, category, message, place, count, first, last } = finding;
    const isOpen = (selection?.kind === 'finding' && selection.key === key) || filter.finding === key;
    const card = button('', () => this.#state.select({ kind: 'finding', key }), {
      class: 'finding',
      'data-category': category,
      'data-key': key,
      'aria-pressed': isOpen ? 'true' : 'false',
    });
    const since = first === last ? `at ${moment(first, model.start)}` : `since ${moment(first, model.start)}`;
    const latest = first === last ? '' : `last ${moment(last, model.start)}`;
    card.append(
      el('span', { class: 'sign', 'aria-hidden': 'true' }, marksOfCategories[category]),
      el(
        'span',
        { class: 'words' },
        el('span', { class: 'rule' }, rule, el('span', { class: 'category' }, category)),
        el('span', { class: 'message' }, message),
        el(
          'span',
          { class: 'where' },
          place === undefined ? 'no line known' : shortPlace(place),
          routesText(finding),
        ),
      ),
      sparkline(finding, model.end),
      el(
        'span',
        { class: 'often' },
        el('b', {}, times(count)),
        el('span', {}, since),
        latest !== '' && el('span', {}, latest),
      ),
    );
    return card;
  }
}

function routesText({ routes }: FindingGroup): string {
  const names = Object.entries(routes).toSorted(([, one], [, other]) => other - one);
  const [first] = names;
  if (first === undefined) return '';
  return names.length === 1 ? ` · ${first[0]}` : ` · ${first[0]} and ${names.length - 1} more`;
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
    bar.style.height = number === 0 ? '1px' : `${20 + Math.round((number / most) * 80)}%`;
    if (number > 0) bar.className = 'on';
    line.append(bar);
  }
  return line;
}

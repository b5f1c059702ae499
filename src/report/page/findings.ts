import type { FindingGroup } from '../data/report-data.ts';
import { button, byId, el } from './dom.ts';
import { findingCard, goneCard } from './finding-card.ts';
import { times } from './format.ts';
import type { State } from './state.ts';

/** How many findings are shown before the button that shows the others. */
const shown = 6;

const categories = ['correctness', 'suspicious', 'performance', 'config'] as const;

/** What the list can be limited to. */
type Kind = 'all' | 'new' | 'gone' | (typeof categories)[number];

/** The list of what went wrong. */
export class FindingsList {
  readonly #state: State;
  #all = false;
  #kind: Kind = 'all';

  constructor(state: State) {
    this.#state = state;
    state.onChange(() => this.show());
  }

  show(): void {
    const { findings, comparison } = this.#state.model;
    const gone = comparison?.gone ?? [];
    byId('what').hidden = findings.length + gone.length === 0;
    const focused =
      document.activeElement instanceof HTMLElement ? document.activeElement.dataset['key'] : undefined;
    this.#showKinds();
    const cards = [
      ...findings.filter(finding => this.#isWanted(finding)).map(finding => this.#card(finding)),
      ...(this.#kind === 'all' || this.#kind === 'gone' ? gone.map(finding => this.#gone(finding)) : []),
    ];
    const visible = this.#all ? cards : cards.slice(0, shown);
    byId('findings').replaceChildren(...visible.map(card => el('li', {}, card)));
    if (focused !== undefined)
      byId('what')
        .querySelector<HTMLElement>(`[data-key="${CSS.escape(focused)}"]`)
        ?.focus();
    const text = this.#all ? 'Show fewer' : `Show all ${cards.length} findings`;
    const toggle = button(text, () => {
      this.#all = !this.#all;
      this.show();
    });
    byId('more').replaceChildren(...(cards.length > shown ? [toggle] : []));
  }

  #isWanted({ category, key }: FindingGroup): boolean {
    if (this.#kind === 'all') return true;
    if (this.#kind === 'new') return this.#state.model.comparison?.before.get(key) === 0;
    return category === this.#kind;
  }

  /** The counts of each category, which are also the choice of one. */
  #showKinds(): void {
    const { findings, comparison } = this.#state.model;
    const kinds = categories.flatMap(category => {
      const found = findings.filter(finding => finding.category === category);
      const sum = found.reduce((total, finding) => total + finding.count, 0);
      return found.length === 0 ? [] : [this.#choice(category, `${found.length} ${category}`, times(sum))];
    });
    if (comparison !== undefined && comparison.fresh > 0)
      kinds.push(this.#choice('new', `${comparison.fresh} new`));
    if (comparison !== undefined && comparison.gone.length > 0)
      kinds.push(this.#choice('gone', `${comparison.gone.length} gone`));
    byId('kinds').replaceChildren(...kinds);
  }

  #choice(kind: Kind, text: string, note = ''): HTMLElement {
    const isOn = this.#kind === kind;
    const choice = button(
      text,
      () => {
        this.#kind = isOn ? 'all' : kind;
        this.show();
      },
      {
        class: 'kind',
        'data-category': kind,
        'data-key': `kind ${kind}`,
        'aria-pressed': isOn ? 'true' : 'false',
      },
    );
    if (note !== '') choice.append(' ', el('small', {}, note));
    return choice;
  }

  #card(finding: FindingGroup): HTMLElement {
    const { model, selection, filter } = this.#state;
    const { key } = finding;
    const isOpen = (selection?.kind === 'finding' && selection.key === key) || filter.finding === key;
    const { start, end, comparison } = model;
    const options = { isOpen, start, end, before: comparison?.before.get(key) };
    return findingCard(finding, options, () => this.#state.select({ kind: 'finding', key }));
  }

  #gone(finding: FindingGroup): HTMLElement {
    const { selection } = this.#state;
    const { key } = finding;
    const isOpen = selection?.kind === 'gone' && selection.key === key;
    return goneCard(finding, isOpen, () => this.#state.select({ kind: 'gone', key }));
  }
}

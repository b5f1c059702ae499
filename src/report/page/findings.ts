import { type Problem, problemsOf } from '../data/problems.ts';
import type { FindingGroup } from '../data/report-data.ts';
import { button, byId, el } from './dom.ts';
import { type CardOptions, findingCard, goneCard, partCard } from './finding-card.ts';
import { times } from './format.ts';
import type { State } from './state.ts';

/** How many problems are shown before the button that shows everything, and how many findings that come after the first. */
const shown = 6;
const shownParts = 4;

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
    const problems = problemsOf(findings.filter(finding => this.#isWanted(finding)));
    const items = [
      ...problems.map(problem => this.#problem(problem)),
      ...(this.#kind === 'all' || this.#kind === 'gone'
        ? gone.map(finding => el('li', {}, this.#gone(finding)))
        : []),
    ];
    const isLong = items.length > shown || problems.some(({ parts }) => parts.length > shownParts);
    byId('findings').replaceChildren(...(this.#all ? items : items.slice(0, shown)));
    if (focused !== undefined)
      byId('what')
        .querySelector<HTMLElement>(`[data-key="${CSS.escape(focused)}"]`)
        ?.focus();
    const total = problems.reduce((sum, { parts }) => sum + parts.length, items.length);
    const text = this.#all ? 'Show fewer' : `Show all ${total} findings`;
    const toggle = button(text, () => {
      this.#all = !this.#all;
      this.show();
    });
    byId('more').replaceChildren(...(isLong ? [toggle] : []));
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

  #problem({ first, parts }: Problem): HTMLElement {
    const visible = this.#all ? parts : parts.slice(0, shownParts);
    const cards = visible.map(part =>
      el('li', {}, partCard(part, this.#optionsOf(part), this.#opener(part))),
    );
    const name = 'What comes after it in the same transaction or session';
    return el(
      'li',
      {},
      findingCard(first, this.#optionsOf(first), this.#opener(first)),
      cards.length > 0 && el('ul', { class: 'parts', 'aria-label': name }, ...cards),
    );
  }

  #optionsOf({ key }: FindingGroup): CardOptions {
    const { model, selection, filter } = this.#state;
    const isOpen = (selection?.kind === 'finding' && selection.key === key) || filter.finding === key;
    const { start, end, comparison } = model;
    return { isOpen, start, end, before: comparison?.before.get(key) };
  }

  #opener({ key }: FindingGroup): () => void {
    return () => this.#state.select({ kind: 'finding', key });
  }

  #gone(finding: FindingGroup): HTMLElement {
    const { selection } = this.#state;
    const { key } = finding;
    const isOpen = selection?.kind === 'gone' && selection.key === key;
    return goneCard(finding, isOpen, () => this.#state.select({ kind: 'gone', key }));
  }
}

import { byId, el } from './dom.ts';
import { choicesOf, everything } from './filter.ts';
import { count, numeral } from './format.ts';
import type { State } from './state.ts';

const names = { rule: 'rules', route: 'routes', collection: 'collections', outcome: 'outcomes' } as const;

type Name = keyof typeof names;

/** The controls above the timeline. */
export function showFilters(state: State): void {
  const selects = (Object.keys(names) as Name[]).map(name => {
    const select = el('select', { id: `filter-${name}`, 'aria-label': `Filter by ${name}` });
    select.addEventListener('change', () => state.setFilter({ [name]: select.value }));
    return [name, select] as const;
  });
  const search = el('input', {
    type: 'search',
    id: 'search',
    placeholder: 'Search: file, operation, id …',
    'aria-label': 'Search sessions',
  });
  search.addEventListener('input', () => state.setFilter({ search: search.value }));
  const clear = el('button', { type: 'button', id: 'clear' }, 'Clear');
  clear.addEventListener('click', () => {
    search.value = '';
    state.setFilter(everything);
    search.focus();
  });
  byId('filters').replaceChildren(search, ...selects.map(([, select]) => select), clear);
  const choose = () => {
    const choices = choicesOf(state.model);
    for (const [name, select] of selects) {
      fill(select, names[name], choices[name]);
      select.hidden = choices[name].size === 0;
    }
  };
  const update = () => {
    for (const [name, select] of selects) select.value = state.filter[name];
    const isFiltered = Object.values(state.filter).some(value => value !== '');
    clear.hidden = !isFiltered;
    const all = count(state.model.sessions.size, 'session');
    const some = numeral(state.sessions.length);
    byId('matching').textContent = isFiltered ? `${some} of ${all}` : all;
  };
  state.onChange(change => {
    if (change === 'data') choose();
    if (change !== 'selection') update();
  });
  choose();
  update();
}

function fill(select: HTMLSelectElement, all: string, choices: ReadonlyMap<string, number>): void {
  const sorted = [...choices].toSorted(([, one], [, other]) => other - one);
  const wanted = `${all} ${sorted.map(([name, number]) => `${name} ${number}`).join()}`;
  // An open list must not be closed by live data that changes nothing in it.
  if (select.dataset['of'] === wanted) return;
  select.dataset['of'] = wanted;
  select.replaceChildren(
    el('option', { value: '' }, `All ${all}`),
    ...sorted.map(([name, number]) => el('option', { value: name }, `${name} (${numeral(number)})`)),
  );
}

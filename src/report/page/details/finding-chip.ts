import type { FindingGroup } from '../../data/report-data.ts';
import { button, el } from '../dom.ts';
import { times } from '../format.ts';
import type { State } from '../state.ts';

/** A button that opens a finding. @param number how often it was made there */
export function findingChip({ select }: State, finding: FindingGroup, number: number): HTMLElement {
  const { key, message, rule, category } = finding;
  const chip = button(message, () => select({ kind: 'finding', key }), {
    class: 'chip',
    'data-category': category,
  });
  chip.append(el('small', {}, `${rule} · ${times(number)}`));
  return chip;
}

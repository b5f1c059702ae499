import type { Outcome, Totals } from '../data/report-data.ts';
import { el } from './dom.ts';
import { numeral } from './format.ts';

const names: Readonly<Record<Outcome, string>> = {
  committed: 'committed',
  aborted: 'aborted',
  failed: 'commit failed',
  unknown: 'outcome unknown',
  running: 'not ended',
};

/** How the transactions have ended, as one bar. @returns undefined without transactions */
export function outcomesOf(totals: Totals): HTMLElement | undefined {
  const { transactions, committed, aborted, failed, unknown } = totals;
  if (transactions === 0) return undefined;
  const running = Math.max(0, transactions - committed - aborted - failed - unknown);
  const counts: Readonly<Record<Outcome, number>> = { committed, aborted, failed, unknown, running };
  const parts = (Object.keys(names) as Outcome[]).filter(outcome => counts[outcome] > 0);
  const bar = el('div', { class: 'stack', 'aria-hidden': 'true' });
  for (const outcome of parts) {
    const part = el('i', { 'data-outcome': outcome });
    part.style.flexGrow = String(counts[outcome]);
    bar.append(part);
  }
  const list = parts.map(outcome =>
    el(
      'li',
      { 'data-outcome': outcome },
      el('i', { 'aria-hidden': 'true' }),
      el('strong', {}, numeral(counts[outcome])),
      ` ${names[outcome]}`,
    ),
  );
  return el(
    'figure',
    {},
    el('figcaption', {}, 'How transactions ended'),
    bar,
    el('ul', { 'aria-label': 'How transactions ended' }, ...list),
  );
}

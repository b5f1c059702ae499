import { problemsOf } from '../data/problems.ts';
import { byId, el } from './dom.ts';
import { count, day, duration, moment, numeral, times } from './format.ts';
import type { Model } from './model.ts';
import { outcomesOf } from './outcomes.ts';
import type { State } from './state.ts';

/** The first sentence: whether something went wrong, how often, and since when. */
export function showHead(state: State): void {
  const { model } = state;
  const { findings, title } = model;
  const sum = findings.reduce((total, finding) => total + finding.count, 0);
  document.title = `${sum === 0 ? 'No findings' : count(sum, 'finding')}: ${title} – session-guard`;
  byId('verdict').replaceChildren(...verdictOf(model));
  byId('summary').replaceChildren(...summaryOf(model, sum));
  byId('tiles').replaceChildren(...tilesOf(state));
  const outcomes = outcomesOf(model.totals);
  byId('outcomes').replaceChildren(...(outcomes === undefined ? [] : [outcomes]));
  showComparison(model);
}

function verdictOf({ findings }: Model): (Node | string)[] {
  if (findings.length === 0) return [el('span', { 'data-kind': 'clean' }, 'No findings')];
  const isCertain = findings.some(({ category }) => category === 'correctness');
  const problems = count(problemsOf(findings).length, 'problem');
  return [el('span', { 'data-kind': isCertain ? 'wrong' : 'doubtful' }, problems), ' with MongoDB sessions'];
}

function summaryOf(model: Model, sum: number): HTMLElement[] {
  const { findings, start, end, title, processes } = model;
  const where = processes > 1 ? ` in ${numeral(processes)} processes` : '';
  const when = start === 0 ? '' : ` · ${day(start)}, ${moment(0, start)}`;
  return [
    ...(findings.length === 0
      ? []
      : [el('strong', {}, `${times(sum)} at ${count(findings.length, 'place')}, ${sinceText(model)}`)]),
    el('span', {}, `${title}${where} · ${duration(end)}${when}`),
  ];
}

function sinceText({ findings, start }: Model): string {
  const first = Math.min(...findings.map(finding => finding.first));
  const last = Math.max(...findings.map(finding => finding.last));
  if (first === last) return `at ${moment(first, start)}`;
  return `since ${moment(first, start)}, last ${moment(last, start)}`;
}

function tilesOf({ model, select }: State): HTMLElement[] {
  const { totals, lost, omitted, against } = model;
  const { sessions, transactions, retries, operations, failedOperations, waits, longestWaitMS } = totals;
  const before = (name: 'sessions' | 'operations' | 'transactions' | 'retries') =>
    against === undefined ? '' : `before: ${numeral(against.totals[name])}`;
  const tiles = [
    tile(sessions, 'sessions', before('sessions')),
    tile(
      operations,
      'operations',
      failedOperations > 0 ? `${numeral(failedOperations)} failed` : '',
      before('operations'),
    ),
    tile(transactions, 'transactions', before('transactions')),
    tile(retries, 'further attempts', before('retries')),
  ];
  if (waits > 0) {
    const wait = tile(waits, 'waits for a connection');
    const list = el('button', { type: 'button', class: 'link' }, `longest ${duration(longestWaitMS)}`);
    list.addEventListener('click', () => select({ kind: 'waits', key: '' }));
    wait.append(el('dd', { class: 'note' }, list));
    tiles.push(wait);
  }
  if (lost > 0) tiles.push(tile(lost, 'lines lost', 'the trace could not be written fast enough'));
  if (omitted > 0) tiles.push(tile(omitted, 'sessions left out', 'without findings'));
  return tiles;
}

function tile(number: number, name: string, ...notes: readonly string[]): HTMLElement {
  return el(
    'div',
    { class: 'tile' },
    el('dt', {}, name),
    el('dd', {}, numeral(number)),
    ...notes.filter(note => note !== '').map(note => el('dd', { class: 'note' }, note)),
  );
}

/** What has changed since the run before. */
function showComparison({ against, comparison, findings }: Model): void {
  const box = byId('compared');
  box.hidden = against === undefined || comparison === undefined;
  if (against === undefined || comparison === undefined) return;
  const { fresh, gone } = comparison;
  const when = against.start === 0 ? '' : ` of ${day(against.start)}, ${moment(0, against.start)}`;
  box.replaceChildren(
    el('span', {}, 'Compared with ', el('strong', {}, against.title), `${when}:`),
    el('span', { class: 'change', 'data-change': fresh > 0 ? 'new' : 'same' }, `${fresh} new`),
    el('span', { class: 'change', 'data-change': 'same' }, `${findings.length - fresh} as before`),
    el('span', { class: 'change', 'data-change': gone.length > 0 ? 'gone' : 'same' }, `${gone.length} gone`),
  );
}

import { byId, el } from './dom.ts';
import { count, day, duration, moment, times } from './format.ts';
import type { Model } from './model.ts';

/** The first sentence: whether something went wrong, how often, and since when. */
export function showHead(model: Model): void {
  const { findings, start, end, title, processes } = model;
  const sum = findings.reduce((total, finding) => total + finding.count, 0);
  const certain = findings.filter(({ category }) => category === 'correctness').length;
  document.title = `${sum === 0 ? 'No findings' : count(sum, 'finding')}: ${title} – session-guard`;
  const verdict = byId('verdict');
  verdict.dataset['kind'] = findings.length === 0 ? 'clean' : certain > 0 ? 'wrong' : 'doubtful';
  verdict.replaceChildren(
    ...(findings.length === 0
      ? ['No findings']
      : [
          `${count(findings.length, 'place')} ${findings.length === 1 ? 'misuses' : 'misuse'} MongoDB sessions`,
        ]),
  );
  const first = Math.min(...findings.map(finding => finding.first));
  const since = findings.length === 0 ? '' : `${times(sum)}, since ${moment(first, start)}. `;
  const where = processes > 1 ? ` in ${count(processes, 'process').replace('processs', 'processes')}` : '';
  byId('summary').textContent =
    `${since}${title}${where}, ${duration(end)}${start === 0 ? '' : `, ${day(start)} ${moment(0, start)}`}`;
  byId('tiles').replaceChildren(...tilesOf(model));
}

function tilesOf({ totals, lost, omitted }: Model): HTMLElement[] {
  const { sessions, transactions, committed, aborted, failed, unknown, retries, operations } = totals;
  const tiles = [
    tile(sessions, 'sessions'),
    tile(
      operations,
      'operations',
      totals.failedOperations > 0 ? `${totals.failedOperations.toLocaleString()} failed` : '',
    ),
    tile(transactions, 'transactions', `${committed.toLocaleString()} committed`),
    tile(aborted, 'aborted'),
    tile(retries, 'further attempts'),
  ];
  if (failed > 0) tiles.push(tile(failed, 'commits failed'));
  if (unknown > 0) tiles.push(tile(unknown, 'outcomes unknown'));
  if (totals.waits > 0)
    tiles.push(tile(totals.waits, 'waits for a connection', `longest ${duration(totals.longestWaitMS)}`));
  if (lost > 0) tiles.push(tile(lost, 'lines lost', 'the trace could not be written fast enough'));
  if (omitted > 0) tiles.push(tile(omitted, 'sessions left out', 'without findings'));
  return tiles;
}

function tile(number: number, name: string, note = ''): HTMLElement {
  return el(
    'div',
    { class: 'tile' },
    el('dd', {}, number.toLocaleString()),
    el('dt', {}, name, note !== '' && el('small', {}, note)),
  );
}

import type { OperationRow, SessionRow, TransactionRow } from '../../data/report-data.ts';
import { el, facts } from '../dom.ts';
import { duration, moment, operationName, sessionTitle, shortPlace } from '../format.ts';
import type { State } from '../state.ts';
import { findingChip } from './finding-chip.ts';

/** How many operations are listed at once. */
const mostOperations = 200;

/** How many attempts of a transaction are listed: the first half, and the latest. */
const mostAttempts = 10;

/** Everything about one session. */
export function sessionDetails(state: State, session: SessionRow): HTMLElement[] {
  const { model } = state;
  const { start } = model;
  const request = model.requestOf(session);
  const { place, endPlace, endedAt, at, operations, moreOperations, transactions, marks } = session;
  const shown = operations.slice(0, mostOperations);
  const total = operations.length + moreOperations;
  const keys = [...new Set(marks.map(({ finding }) => finding))];
  return [
    el('h2', { tabindex: -1 }, sessionTitle(session, request)),
    ...keys.flatMap(key => chipOf(state, key, marks.filter(({ finding }) => finding === key).length)),
    facts([
      ['Session', `${session.number}, process ${session.process || 'not known'}`],
      ['Started', `${moment(at, start, true)}${place === undefined ? '' : `\n${place}`}`],
      [
        'Ended',
        endedAt === undefined
          ? 'not in this trace'
          : `after ${duration(endedAt - at)}${endPlace === undefined ? '' : `\n${endPlace}`}`,
      ],
    ]),
    ...transactions.map((transaction, index) => transactionOf(transaction, index, start)),
    el('h3', {}, `Operations (${total})`),
    operationTable(shown, at),
    total > shown.length ? el('p', {}, `The first ${shown.length} are shown.`) : el('span', {}),
  ];
}

function chipOf(state: State, key: string, number: number): HTMLElement[] {
  const finding = state.model.findingOf(key);
  return finding === undefined ? [] : [findingChip(state, finding, number)];
}

function transactionOf(transaction: TransactionRow, index: number, start: number): HTMLElement {
  const { name, outcome, attempts, byHand, at, endedAt } = transaction;
  const title = name ?? `Transaction ${index + 1}`;
  const { moreAttempts = 0 } = transaction;
  const total = attempts.length + moreAttempts;
  const hidden = Math.max(0, attempts.length - mostAttempts);
  const items = attempts.map((attempt, number) => {
    const isLast = number === attempts.length - 1;
    const lasted = attempt.endedAt === undefined ? 'still running' : duration(attempt.endedAt - attempt.at);
    const reason = attempt.reason === undefined ? '' : `: ${attempt.reason}`;
    const text = `${isLast ? outcome : 'given up'}${reason}, ${lasted}`;
    const drain =
      attempt.drain !== undefined &&
      el(
        'div',
        { class: 'drained' },
        `${attempt.drain.exceeded === true ? 'waited in vain' : 'still in flight at its end'}: ${attempt.drain.pending.join(', ')}`,
      );
    const isOfEnd = number >= mostAttempts / 2;
    return el('li', { value: isOfEnd ? number + moreAttempts + 1 : number + 1 }, text, drain);
  });
  // The first and the latest say what the others do.
  if (total > mostAttempts)
    items.splice(
      mostAttempts / 2,
      hidden,
      el('li', { class: 'more' }, `… ${total - mostAttempts} more attempts …`),
    );
  return el(
    'section',
    { class: 'transaction', 'data-outcome': outcome },
    el('h3', {}, title, el('span', { class: 'category', 'data-outcome': outcome }, outcome)),
    el(
      'p',
      {},
      `${byHand ? 'by hand' : 'by a runner'}, ${moment(at, start, true)}, ${endedAt === undefined ? 'running' : duration(endedAt - at)}`,
    ),
    el('ol', {}, ...items),
  );
}

function operationTable(operations: readonly OperationRow[], from: number): HTMLElement {
  const head = ['Operation', 'After', 'Took', 'Result', 'Line'].map(name => el('th', { scope: 'col' }, name));
  const rows = operations.map(operation => {
    const { at, endedAt, sentAt, error, straggler, outside, place } = operation;
    const took = endedAt === undefined ? '–' : duration(endedAt - at);
    const waited = sentAt === undefined ? '' : ` (waited ${duration(sentAt - at)})`;
    const result = [
      outside === true ? 'without the session' : (error ?? (endedAt === undefined ? 'no answer' : 'done')),
      straggler === true ? 'not awaited' : '',
    ];
    return el(
      'tr',
      { class: error !== undefined || straggler === true || outside === true ? 'bad' : undefined },
      el('td', {}, operationName(operation)),
      el('td', {}, duration(Math.max(0, at - from))),
      el('td', {}, `${took}${waited}`),
      el('td', {}, result.filter(text => text !== '').join(', ')),
      el('td', { title: place }, place === undefined ? '' : shortPlace(place)),
    );
  });
  return el(
    'div',
    { class: 'scrolls', tabindex: 0 },
    el('table', {}, el('thead', {}, el('tr', {}, ...head)), el('tbody', {}, ...rows)),
  );
}

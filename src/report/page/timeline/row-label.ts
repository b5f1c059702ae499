import type { RequestRow, SessionRow, TransactionRow } from '../../data/report-data.ts';
import { el } from '../dom.ts';
import { count, duration, moment, sessionTitle, shortPlace } from '../format.ts';
import type { Model } from '../model.ts';

export interface RowOptions {
  readonly index: number;
  readonly total: number;
  readonly before: SessionRow | undefined;
  /** There is no space for the method of the request. */
  readonly isNarrow: boolean;
}

/** The label of a row, which is also what a screen reader says of the session. */
export function rowLabel(
  model: Model,
  session: SessionRow,
  { index, total, before, isNarrow }: RowOptions,
): HTMLElement {
  const request = model.requestOf(session);
  const isSameRequest = request !== undefined && before?.request === session.request;
  return el(
    'div',
    {
      id: `row-${index}`,
      class: 'label',
      role: 'option',
      'aria-selected': 'false',
      'aria-setsize': total,
      'aria-posinset': index + 1,
      'aria-label': sentence(model, session),
      title: sentence(model, session),
    },
    session.marks.length > 0 &&
      el('b', { class: 'dot', 'data-category': worst(model, session), 'aria-hidden': 'true' }),
    ...(isSameRequest
      ? [el('span', {}, `↳ session ${session.number}`)]
      : titleOf(session, request, isNarrow)),
    el(
      'small',
      {},
      attemptsText(session),
      session.endedAt === undefined ? 'open' : duration(session.endedAt - session.at),
    ),
  );
}

/** The id of the request has an element of its own, so that the route is cut where there is little space, and not the id. */
function titleOf(session: SessionRow, request: RequestRow | undefined, isNarrow: boolean): HTMLElement[] {
  const { method, route, id } = request ?? {};
  if (route === undefined) return [el('span', {}, sessionTitle(session, request))];
  const text = method === undefined || isNarrow ? route : `${method} ${route}`;
  const title = el('span', { class: 'route' }, text);
  return id === undefined ? [title] : [title, el('i', {}, `#${id}`)];
}

function attemptsText({ transactions }: SessionRow): string {
  const most = Math.max(0, ...transactions.map(countOfAttempts));
  return most > 1 ? `${most}× ` : '';
}

function countOfAttempts({ attempts, moreAttempts = 0 }: TransactionRow): number {
  return attempts.length + moreAttempts;
}

function worst(model: Model, session: SessionRow): string {
  const found = new Set(session.marks.map(({ finding }) => model.findingOf(finding)?.category));
  return (
    (['correctness', 'suspicious', 'performance', 'config'] as const).find(one => found.has(one)) ?? 'config'
  );
}

/** The session in words. */
function sentence(model: Model, session: SessionRow): string {
  const { transactions, operations, moreOperations, marks, place, endedAt, at } = session;
  const outcomes = transactions.map(({ outcome, attempts, moreAttempts }) =>
    attempts.length === 1 ? outcome : `${outcome} after ${attempts.length + (moreAttempts ?? 0)} attempts`,
  );
  const rules = [...new Set(marks.map(({ finding }) => model.findingOf(finding)?.rule ?? ''))];
  return [
    sessionTitle(session, model.requestOf(session)),
    `session ${session.number}${place === undefined ? '' : ` of ${shortPlace(place)}`}`,
    `at ${moment(at, model.start)}`,
    endedAt === undefined ? 'not ended' : duration(endedAt - at),
    outcomes.length > 0 && `${count(outcomes.length, 'transaction')}: ${outcomes.slice(0, 4).join(', ')}`,
    count(operations.length + moreOperations, 'operation'),
    rules.length > 0 && `${count(marks.length, 'finding')}: ${rules.join(', ')}`,
  ]
    .filter(part => part !== false)
    .join(', ');
}

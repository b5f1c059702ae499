import type { FindingGroup, OperationRow, SessionRow, TransactionRow } from '../data/report-data.ts';
import { button, byId, el } from './dom.ts';
import { duration, moment, operationName, sessionTitle, shortPlace, times } from './format.ts';
import type { State } from './state.ts';

/** How many operations are listed at once. */
const mostOperations = 200;

/** How many attempts of a transaction are listed: the first half, and the latest. */
const mostAttempts = 10;

/** The panel beside the timeline: everything about one session or one finding. */
export class Details {
  readonly #state: State;
  readonly #panel = byId('details');
  #opener: HTMLElement | undefined;
  #shown = '';

  constructor(state: State) {
    this.#state = state;
  }

  /** Shows what is selected from now on. */
  listen(): void {
    this.#state.onChange(change => {
      if (change !== 'filter') this.#show(change === 'selection');
    });
    document.addEventListener('keydown', event => {
      if (event.key === 'Escape' && this.#state.selection !== undefined) this.#close();
    });
  }

  #show(isNew: boolean): void {
    const { selection, model } = this.#state;
    const session = selection?.kind === 'session' ? model.sessions.get(selection.key) : undefined;
    const finding = selection?.kind === 'finding' ? model.findingOf(selection.key) : undefined;
    const wasOpen = !this.#panel.hidden;
    this.#panel.hidden = session === undefined && finding === undefined;
    document.body.classList.toggle('with-details', !this.#panel.hidden);
    if (this.#panel.hidden) return;
    if (!wasOpen && document.activeElement instanceof HTMLElement) this.#opener = document.activeElement;
    const close = button('✕', () => this.#close(), { class: 'close', 'aria-label': 'Close the details' });
    const content = session === undefined ? this.#finding(finding) : this.#session(session);
    // Live data arrives all the time: what is being read must not move.
    const text = content.map(part => part.textContent).join('');
    if (!isNew && text === this.#shown) return;
    this.#shown = text;
    this.#panel.replaceChildren(close, ...content);
    if (isNew && selection?.kind === 'finding') this.#panel.querySelector<HTMLElement>('h2')?.focus();
    if (isNew) this.#panel.scrollTop = 0;
  }

  #close(): void {
    const { key } = this.#opener?.dataset ?? {};
    this.#state.select(undefined);
    // The list of findings makes its elements anew.
    const again =
      key === undefined ? undefined : document.querySelector<HTMLElement>(`[data-key="${CSS.escape(key)}"]`);
    (again ?? this.#opener)?.focus();
  }

  #finding(finding: FindingGroup | undefined): HTMLElement[] {
    if (finding === undefined) return [];
    const { start } = this.#state.model;
    const { key, rule, category, message, count, first, last, routes, fix, docs } = finding;
    const routeNames = Object.entries(routes).toSorted(([, one], [, other]) => other - one);
    return [
      el(
        'h2',
        { tabindex: -1 },
        rule,
        el('span', { class: 'category', 'data-category': category }, category),
      ),
      el('p', { class: 'message' }, message),
      ...this.#codeOf(finding),
      el('h3', {}, 'What to do'),
      el('p', {}, fix),
      el(
        'p',
        { class: 'docs' },
        'More: ',
        docsLink(docs),
        ', or ',
        el('code', {}, `npx session-guard explain ${rule}`),
      ),
      facts([
        ['How often', times(count)],
        ['First', moment(first, start, true)],
        ['Last', moment(last, start, true)],
        ...(routeNames.length === 0
          ? []
          : [['Requests', routeNames.map(([route, number]) => `${route} (${number})`).join('\n')] as const]),
        ...placesOf(finding),
      ]),
      el(
        'p',
        {},
        button('Show its sessions', () => {
          this.#state.setFilter({ finding: key });
          byId('timeline').scrollIntoView({ block: 'start' });
        }),
      ),
    ];
  }

  #codeOf({ codeFrame, place }: FindingGroup): HTMLElement[] {
    if (place === undefined) return [];
    if (codeFrame === undefined) return [el('p', {}, el('code', {}, place))];
    const lines = codeFrame.split('\n').map(line => {
      const isFault = line.startsWith('>') || line.trimEnd().endsWith('^');
      return el('span', { class: isFault ? 'fault' : undefined }, `${line}\n`);
    });
    return [el('p', { class: 'place' }, place), el('pre', { tabindex: 0 }, ...lines)];
  }

  #session(session: SessionRow): HTMLElement[] {
    const { model } = this.#state;
    const { start } = model;
    const request = model.requestOf(session);
    const { place, endPlace, endedAt, at, operations, moreOperations, transactions, marks } = session;
    const shown = operations.slice(0, mostOperations);
    const total = operations.length + moreOperations;
    const keys = [...new Set(marks.map(({ finding }) => finding))];
    return [
      el('h2', { tabindex: -1 }, sessionTitle(session, request)),
      ...keys.flatMap(key => this.#findingLink(key, marks.filter(({ finding }) => finding === key).length)),
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

  #findingLink(key: string, number: number): HTMLElement[] {
    const finding = this.#state.model.findingOf(key);
    if (finding === undefined) return [];
    const link = button(`${finding.rule} (${times(number)}): ${finding.message}`, () =>
      this.#state.select({ kind: 'finding', key }),
    );
    link.className = 'chip';
    link.dataset['category'] = finding.category;
    return [link];
  }
}

function placesOf({ calledFrom, startedAt, started, endedAt }: FindingGroup): [string, string][] {
  return [
    ...calledFrom.map((place): [string, string] => ['Called from', place]),
    ...(startedAt === undefined
      ? []
      : [[`The ${started ?? 'session'} started`, startedAt] satisfies [string, string]]),
    ...(endedAt === undefined ? [] : [['Ended', endedAt] satisfies [string, string]]),
  ];
}

function docsLink(docs: string): HTMLElement {
  const isAddress = /^https?:\/\//.test(docs);
  return isAddress
    ? el('a', { href: docs, rel: 'noreferrer', target: '_blank' }, docs)
    : el('code', {}, docs);
}

function facts(list: readonly (readonly [string, string])[]): HTMLElement {
  return el('dl', {}, ...list.flatMap(([name, value]) => [el('dt', {}, name), el('dd', {}, value)]));
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

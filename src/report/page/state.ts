import type { SessionRow } from '../data/report-data.ts';
import { everything, type Filter, filtered, sortedSessions } from './filter.ts';
import type { Model } from './model.ts';

/**
 * What is open beside the timeline: a session, a finding, one of the run before that is `gone`, or the waits for connections,
 * which have no key.
 */
export type Selection =
  | { readonly kind: 'session' | 'finding' | 'gone' | 'waits'; readonly key: string }
  | undefined;

/** What the parts of the page share. All of them hear of each change. */
export class State {
  readonly model: Model;
  filter: Filter = everything;
  selection: Selection;
  /** Those that pass the filter. */
  sessions: readonly SessionRow[];
  #all: readonly SessionRow[];
  readonly #listeners: ((what: Change) => void)[] = [];

  constructor(model: Model) {
    this.model = model;
    this.#all = sortedSessions(model);
    this.sessions = this.#all;
  }

  onChange(listener: (what: Change) => void): void {
    this.#listeners.push(listener);
  }

  setFilter(change: Partial<Filter>): void {
    this.filter = { ...this.filter, ...change };
    this.sessions = filtered(this.#all, this.model, this.filter);
    this.#notify('filter');
  }

  readonly select = (selection: Selection): void => {
    this.selection = selection;
    this.#notify('selection');
  };

  /** New data has been merged into the model. */
  refresh(): void {
    this.#all = sortedSessions(this.model);
    this.sessions = filtered(this.#all, this.model, this.filter);
    this.#notify('data');
  }

  #notify(what: Change): void {
    for (const listener of this.#listeners) listener(what);
  }
}

export type Change = 'filter' | 'selection' | 'data';

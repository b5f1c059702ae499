import { button, byId } from '../dom.ts';
import type { State } from '../state.ts';
import { findingDetails, goneDetails } from './finding-details.ts';
import { sessionDetails } from './session-details.ts';
import { waitDetails } from './wait-details.ts';

/** The panel beside the timeline: everything about what is selected. */
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
    const content = this.#content();
    const wasOpen = !this.#panel.hidden;
    this.#panel.hidden = content === undefined;
    document.body.classList.toggle('with-details', content !== undefined);
    if (content === undefined) return;
    if (!wasOpen && document.activeElement instanceof HTMLElement) this.#opener = document.activeElement;
    // Live data arrives all the time: what is being read must not move.
    const text = content.map(part => part.textContent).join('');
    if (!isNew && text === this.#shown) return;
    this.#shown = text;
    const close = button('✕', () => this.#close(), { class: 'close', 'aria-label': 'Close the details' });
    this.#panel.replaceChildren(close, ...content);
    if (isNew && this.#state.selection?.kind !== 'session')
      this.#panel.querySelector<HTMLElement>('h2')?.focus();
    if (isNew) this.#panel.scrollTop = 0;
  }

  #content(): HTMLElement[] | undefined {
    const { selection, model } = this.#state;
    if (selection === undefined) return undefined;
    const { kind, key } = selection;
    if (kind === 'waits') return waitDetails(model);
    if (kind === 'session') {
      const session = model.sessions.get(key);
      return session && sessionDetails(this.#state, session);
    }
    const finding = kind === 'finding' ? model.findingOf(key) : model.goneOf(key);
    if (finding === undefined) return undefined;
    return kind === 'finding' ? findingDetails(this.#state, finding) : goneDetails(this.#state, finding);
  }

  #close(): void {
    const { key } = this.#opener?.dataset ?? {};
    this.#state.select(undefined);
    // The list of findings creates its elements again.
    const again =
      key === undefined ? undefined : document.querySelector<HTMLElement>(`[data-key="${CSS.escape(key)}"]`);
    (again ?? this.#opener)?.focus();
  }
}

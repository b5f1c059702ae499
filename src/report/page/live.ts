import type { ReportData } from '../data/report-data.ts';
import { byId, el } from './dom.ts';

/** What a page has of a running process. */
interface Known {
  readonly start: number;
  readonly revision: number;
}

/**
 * Follows a running process: merges what it sends, unless the reader has paused the page. A paused page is not connected; when
 * it goes on, it asks for what it has missed.
 */
export function followLive(address: string, known: Known, merge: (part: ReportData) => void): void {
  const status = el('span', { role: 'status' }, 'connecting');
  const pause = el('button', { type: 'button', 'aria-pressed': 'false' }, 'Pause');
  byId('live').replaceChildren(el('i', { class: 'pulse', 'aria-hidden': 'true' }), status, pause);
  byId('live').hidden = false;
  const show = (text: string) => {
    byId('live').dataset['state'] = text;
    if (status.textContent !== text) status.textContent = text;
  };
  const begin = () =>
    connect(() => `${address}=${known.start}.${known.revision}`, {
      opened: () => show('live'),
      lost: () => show('connection lost, trying again'),
      got: merge,
    });
  let end: (() => void) | undefined = begin();
  pause.addEventListener('click', () => {
    const isPaused = end !== undefined;
    pause.textContent = isPaused ? 'Continue' : 'Pause';
    pause.setAttribute('aria-pressed', String(isPaused));
    show(isPaused ? 'paused' : 'connecting');
    end?.();
    end = isPaused ? undefined : begin();
  });
}

interface Listeners {
  opened(): void;
  lost(): void;
  got(part: ReportData): void;
}

/** How long after a refusal it asks again, in milliseconds. */
const againMS = 3000;

/**
 * A browser connects again by itself if the connection breaks, but not after a refusal: a proxy refuses while a service starts.
 * @returns a function that ends it
 */
function connect(address: () => string, listeners: Listeners): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let events: EventSource;
  const open = () => {
    events = new EventSource(address());
    events.addEventListener('open', () => listeners.opened());
    events.addEventListener('message', ({ data }) => listeners.got(JSON.parse(String(data))));
    events.addEventListener('error', () => {
      listeners.lost();
      if (events.readyState === EventSource.CLOSED) timer = setTimeout(open, againMS);
    });
  };
  open();
  return () => {
    clearTimeout(timer);
    events.close();
  };
}

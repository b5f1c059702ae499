import type { ReportData } from '../data/report-data.ts';
import { byId, el } from './dom.ts';

/** Follows a running process: merges what it sends, unless the reader has paused the page. */
export function followLive(address: string, merge: (part: ReportData) => void): void {
  const status = el('span', { role: 'status' }, 'connecting');
  const pause = el('button', { type: 'button', 'aria-pressed': 'false' }, 'Pause');
  const waiting: ReportData[] = [];
  let isPaused = false;
  byId('live').replaceChildren(el('i', { class: 'pulse', 'aria-hidden': 'true' }), status, pause);
  byId('live').hidden = false;
  const tell = (text: string) => {
    byId('live').dataset['state'] = text;
    if (status.textContent !== text) status.textContent = text;
  };
  pause.addEventListener('click', () => {
    isPaused = !isPaused;
    pause.textContent = isPaused ? 'Continue' : 'Pause';
    pause.setAttribute('aria-pressed', String(isPaused));
    tell(isPaused ? 'paused' : 'live');
    if (!isPaused) for (const part of waiting.splice(0)) merge(part);
  });
  connect(address, {
    opened: () => tell(isPaused ? 'paused' : 'live'),
    lost: () => tell('connection lost, trying again'),
    got: part => {
      // What comes later has the counts of what came before: the oldest may be dropped.
      if (isPaused) waiting.push(part);
      else merge(part);
      if (waiting.length > 1000) waiting.shift();
    },
  });
}

interface Listeners {
  opened(): void;
  lost(): void;
  got(part: ReportData): void;
}

/** How long after a refusal it asks again, in milliseconds. */
const againMS = 3000;

/** A browser connects again by itself if the connection breaks, but not after a refusal: a proxy refuses while a service starts. */
function connect(address: string, listeners: Listeners): void {
  const events = new EventSource(address);
  events.addEventListener('open', () => listeners.opened());
  events.addEventListener('message', ({ data }) => listeners.got(JSON.parse(String(data))));
  events.addEventListener('error', () => {
    listeners.lost();
    if (events.readyState === EventSource.CLOSED) setTimeout(() => connect(address, listeners), againMS);
  });
}

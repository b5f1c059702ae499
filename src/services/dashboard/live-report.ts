import type { ServerResponse } from 'node:http';
import { shared } from '../../guard/runtime/process/shared-state.ts';
import { LineReader } from '../../guard/trace/read-lines.ts';
import { TraceWriter } from '../../guard/trace/trace-writer.ts';
import { clearInterval, clock, setInterval } from '../../platform/time/clock.ts';
import { isObject } from '../../platform/options/checks.ts';
import { ReportBuilder } from '../../report/data/report-builder.ts';
import type { ReportData } from '../../report/data/report-data.ts';

/** How often viewers get what is new, in milliseconds. */
const everyMS = 1000;

/** How many sessions are kept. */
const mostSessions = 2000;

/** How many operations, transactions and findings of each: the whole report must stay small enough to be sent. */
const mostPerSession = 100;

/** After so many times with nothing to send, a line is sent all the same: proxies close connections that are silent. */
const longestSilence = 15;

/** After so many times in which it has not taken what was sent, a viewer is let go. Its browser asks again. */
const mostBehind = 60;

interface Viewer {
  readonly response: ServerResponse;
  /** The revision of the report that it has been sent. */
  seen: number;
  /** How often in a row there was nothing to send. */
  silent: number;
  /** How often in a row it had not taken what was sent before. */
  behind: number;
}

/** The report of this process from now on, and those who watch it. */
export class LiveReport {
  readonly #start = clock.wall();
  readonly #builder = new ReportBuilder({ sessions: mostSessions, perSession: mostPerSession }, this.#start);
  readonly #viewers = new Set<Viewer>();
  readonly #title: string;
  readonly #detach: () => void;
  /** Servers whose port was open. */
  readonly #listened = new WeakSet<object>();
  #isClosed = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(title: string) {
    this.#title = title;
    const reader = new LineReader({ unites: false });
    const append = (line: string) => {
      const read = reader.read(line);
      if (read !== undefined) this.#builder.add(read);
    };
    this.#detach = new TraceWriter({ append, appendNow: append }).attach(shared);
  }

  get viewers(): number {
    return this.#viewers.size;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  data(): ReportData {
    return this.#builder.data(this.#title);
  }

  /**
   * Sends what is new, now and again and again, until the viewer leaves.
   * @param known what the viewer has: the id of an event, or the start and the revision of a page
   */
  send(response: ServerResponse, known: string | undefined): void {
    const viewer = { response, seen: this.#revisionOf(known), silent: 0, behind: 0 };
    // Notes that the port is open.
    this.#isServerClosing(response);
    response.write(this.#eventSince(viewer.seen));
    viewer.seen = this.#builder.revision;
    this.#viewers.add(viewer);
    response.once('close', () => this.#leave(viewer));
    this.#timer ??= setInterval(() => this.#sendNews(), everyMS).unref();
  }

  close(): void {
    this.#isClosed = true;
    this.#detach();
    for (const { response } of this.#viewers) response.end();
  }

  #sendNews(): void {
    const events = new Map<number, string>();
    for (const viewer of this.#viewers) {
      const { response, seen } = viewer;
      if (this.#isServerClosing(response)) response.end();
      else if (response.writableLength > 0) this.#wait(viewer);
      else if (seen === this.#builder.revision) keepOpen(viewer);
      else {
        const event = events.get(seen) ?? this.#eventSince(seen);
        events.set(seen, event);
        response.write(event);
        Object.assign(viewer, { seen: this.#builder.revision, silent: 0, behind: 0 });
      }
    }
  }

  /** Each event has all changes since the event before it, so a slow viewer gets later what it has missed. */
  #wait(viewer: Viewer): void {
    viewer.behind += 1;
    if (viewer.behind > mostBehind) viewer.response.destroy();
  }

  #revisionOf(known: string | undefined): number {
    const [start, revision] = (known ?? '').split('.').map(Number);
    if (start !== this.#start || revision === undefined || revision > this.#builder.revision) return -1;
    return revision;
  }

  /** JSON has no line breaks, so it is one line of an event. A browser that connects again sends the id. */
  #eventSince(revision: number): string {
    const data = JSON.stringify(this.#builder.data(this.#title, revision));
    return `id: ${this.#start}.${this.#builder.revision}\ndata: ${data}\n\n`;
  }

  /**
   * `close` of a server waits for its connections, so it would wait for as long as somebody watches. A server that gets its
   * connections from another one, by `emit('connection')`, never has an open port.
   */
  #isServerClosing({ socket }: ServerResponse): boolean {
    const server: unknown = isObject(socket) && Reflect.get(socket, 'server');
    if (!isObject(server) || !('listening' in server)) return false;
    if (server.listening === true) this.#listened.add(server);
    return server.listening === false && this.#listened.has(server);
  }

  #leave(viewer: Viewer): void {
    this.#viewers.delete(viewer);
    if (this.#viewers.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}

function keepOpen(viewer: Viewer): void {
  viewer.behind = 0;
  viewer.silent += 1;
  if (viewer.silent % longestSilence === 0) viewer.response.write(':\n\n');
}

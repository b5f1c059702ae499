import type { ServerResponse } from 'node:http';
import { shared } from '../../guard/runtime/process/shared-state.ts';
import { LineReader } from '../../guard/trace/read-lines.ts';
import { TraceWriter } from '../../guard/trace/trace-writer.ts';
import { clearInterval, clock, setInterval } from '../../platform/clock.ts';
import { ReportBuilder } from '../../report/data/report-builder.ts';
import type { ReportData } from '../../report/data/report-data.ts';

/** How often viewers get what is new, in milliseconds. */
const everyMS = 1000;

/** How many sessions are kept. */
const mostSessions = 2000;

/** How many operations, transactions and findings of each: the whole report must stay small enough to be sent. */
const mostPerSession = 100;

/** A viewer that has not taken so many bytes is let go; its browser connects again, and gets the whole report. */
const mostWaiting = 16 * 2 ** 20;

/** The report of this process from now on, and those who watch it. */
export class LiveReport {
  readonly #builder = new ReportBuilder({ sessions: mostSessions, perSession: mostPerSession }, clock.wall());
  readonly #viewers = new Set<ServerResponse>();
  readonly #title: string;
  readonly #detach: () => void;
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

  /** Sends the whole report now, and then what is new, until the viewer leaves. */
  send(viewer: ServerResponse): void {
    viewer.write(eventOf(this.data()));
    this.#viewers.add(viewer);
    viewer.once('close', () => this.#leave(viewer));
    this.#timer ??= setInterval(() => this.#tell(), everyMS).unref();
  }

  close(): void {
    this.#isClosed = true;
    this.#detach();
    for (const viewer of this.#viewers) viewer.end();
  }

  #tell(): void {
    if (!this.#builder.hasChanged) return;
    const event = eventOf(this.#builder.changes(this.#title));
    for (const viewer of this.#viewers) {
      if (viewer.writableLength > mostWaiting) viewer.destroy();
      else viewer.write(event);
    }
  }

  #leave(viewer: ServerResponse): void {
    this.#viewers.delete(viewer);
    if (this.#viewers.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}

/** JSON has no line breaks, so it is one line of an event. */
function eventOf(data: ReportData): string {
  return `data: ${JSON.stringify(data)}\n\n`;
}

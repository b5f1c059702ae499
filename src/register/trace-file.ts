import { accessSync, appendFileSync, constants } from 'node:fs';
import { dirname } from 'node:path';
import { invalidOption } from '../errors/errors.ts';
import { sinkFailed } from '../guard/failures.ts';
import { clearTimeout, setTimeout } from '../guard/timers.ts';
import type { EventSink } from '../session/spine.ts';
import { ndjsonSink } from '../sinks/ndjson.ts';

/** How long lines are collected before they are written, in milliseconds. */
const collectMS = 200;

/** How many lines are collected at most. */
const mostLines = 500;

/** Appends events to a file, which exists from the first event on. The last ones are written when the process exits. */
export class TraceFile {
  readonly sink: EventSink;
  readonly #file: string;
  #lines: string[] = [];
  #timer: NodeJS.Timeout | undefined;

  /**
   * @param name `%p` in it becomes the number of the process, which keeps the traces of several apart
   * @throws SessionGuardError for a folder that cannot be written to
   */
  constructor(name: string) {
    this.#file = name.replaceAll('%p', String(process.pid));
    checkFolder(dirname(this.#file));
    this.sink = ndjsonSink(line => this.#append(line));
    process.on('exit', () => this.#write());
  }

  #append(line: string): void {
    this.#lines.push(line);
    if (this.#lines.length >= mostLines) this.#write();
    else this.#timer ??= setTimeout(() => this.#write(), collectMS).unref();
  }

  #write(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const text = this.#lines.join('');
    this.#lines = [];
    if (text === '') return;
    try {
      appendFileSync(this.#file, text);
    } catch (error) {
      sinkFailed(error);
    }
  }
}

function checkFolder(folder: string): void {
  try {
    accessSync(folder, constants.W_OK);
  } catch {
    throw invalidOption(
      `SESSION_GUARD_TRACE names a file in ${folder}, which does not exist or cannot be written to.`,
    );
  }
}

import { accessSync, appendFileSync, closeSync, constants, fstatSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { invalidOption } from '../errors/errors.ts';
import { warningCodes } from '../errors/codes.ts';
import { sinkFailed } from '../guard/failures.ts';
import { notice } from '../guard/notices.ts';
import { clearTimeout, setTimeout } from '../guard/timers.ts';
import type { EventSink } from '../session/spine.ts';
import { ndjsonSink } from '../sinks/ndjson.ts';

/** How long lines are collected before they are written, in milliseconds. */
const collectMS = 200;

/** How many lines are collected at most. */
const mostLines = 500;

/** How large the file may become, in bytes. */
const mostBytes = 2 ** 30;

/**
 * For its owner alone: it names collections and files. Nobody may have put a link in its place: not even one that leads
 * nowhere yet. Where the system knows no such flag, it is 0.
 */
const flags =
  constants.O_WRONLY |
  constants.O_APPEND |
  constants.O_CREAT |
  (constants.O_NOFOLLOW ?? 0) |
  (constants.O_NONBLOCK ?? 0);

/** Appends events to a file, which exists from the first event on. The last ones are written when the process exits. */
export class TraceFile {
  readonly sink: EventSink;
  readonly #file: string;
  #lines: string[] = [];
  #timer: NodeJS.Timeout | undefined;
  #full = false;
  readonly #mostBytes: number;

  /**
   * @param name `%p` in it becomes the number of the process, which keeps the traces of several apart
   * @throws SessionGuardError for a folder that cannot be written to
   */
  constructor(name: string, most = mostBytes) {
    this.#mostBytes = most;
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
    if (this.#full) return;
    try {
      this.#full = !append(this.#file, text, this.#mostBytes);
    } catch (error) {
      sinkFailed(error);
      return;
    }
    if (this.#full)
      notice(warningCodes.traceFull, `The trace ${this.#file} is full: nothing more is written to it.`);
  }
}

/** @returns false if the file has no room for it */
function append(file: string, text: string, most: number): boolean {
  const descriptor = openSync(file, flags, 0o600);
  try {
    const { size } = fstatSync(descriptor);
    if (size + Buffer.byteLength(text) > most) return false;
    appendFileSync(descriptor, text);
    return true;
  } finally {
    closeSync(descriptor);
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

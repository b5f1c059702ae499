import {
  accessSync,
  closeSync,
  constants,
  fstatSync,
  openSync,
  readSync,
  renameSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { invalidOption } from '../../errors/errors.ts';
import { warningCodes } from '../../errors/codes.ts';
import { sinkFailed } from '../../platform/failures.ts';
import { notice } from '../../platform/notices.ts';
import { clearTimeout, setTimeout } from '../../platform/time/clock.ts';
import type { LineTarget } from './trace-writer.ts';

/** How long lines are collected before they are written, in milliseconds. */
const collectMS = 200;

/** How many lines are collected at most: more are written at once, so the program waits for the disk, not the memory. */
const mostLines = 500;

/**
 * Only the owner may read the file: it names collections and files. It must not be a symbolic link, also not a dangling one. If
 * the system does not have such a flag, it is 0.
 */
const flags =
  constants.O_RDWR |
  constants.O_APPEND |
  constants.O_CREAT |
  (constants.O_NOFOLLOW ?? 0) |
  (constants.O_NONBLOCK ?? 0);

export interface TraceFileOptions {
  /** `%p` in it becomes the process id, so that several processes write separate files. */
  readonly name: string;
  /** How large the file may become, in bytes. Then it is renamed to `<name>.1`, and the next line begins a new file. */
  readonly mostBytes: number;
}

/**
 * Appends lines to a file, which exists from the first line on. The last lines are written when the process exits; a process
 * that is killed loses the lines of the last 200 ms, and never a part of a line that was written before.
 */
export class TraceFile implements LineTarget {
  readonly file: string;
  readonly #options: TraceFileOptions;
  #lines: string[] = [];
  #timer: NodeJS.Timeout | undefined;
  #failed = false;
  /** Whether to ask for the size before the next line: also before the first one, because another process may have written. */
  #mayBeFull = true;
  /** The size of the last text, in bytes. */
  #last = 0;
  readonly #onRotated: (() => void)[] = [];

  /** @throws SessionGuardError for a folder that is not writable */
  constructor(options: TraceFileOptions) {
    this.#options = options;
    this.file = options.name.replaceAll('%p', String(process.pid));
    checkFolder(dirname(this.file));
    process.on('exit', () => this.#write());
  }

  /** Another process may write into the same file, and may have renamed it: the size is asked for again. */
  ready(): void {
    if (!this.#mayBeFull) return;
    this.#mayBeFull = false;
    try {
      const size = statSync(this.file, { throwIfNoEntry: false })?.size ?? 0;
      if (size > 0 && size + this.#last > this.#options.mostBytes) this.#rotate();
    } catch (error) {
      this.#fail(error);
    }
  }

  append(line: string): void {
    if (this.#failed) return;
    this.#lines.push(line);
    if (this.#lines.length >= mostLines) this.#write();
    else this.#timer ??= setTimeout(() => this.#write(), collectMS).unref();
  }

  appendNow(line: string): void {
    this.append(line);
    this.#write();
  }

  onRotated(listener: () => void): void {
    this.#onRotated.push(listener);
  }

  #write(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#lines.length === 0) return;
    const text = `${this.#lines.join('\n')}\n`;
    this.#lines = [];
    try {
      const size = append(this.file, text);
      this.#last = Buffer.byteLength(text);
      // Another text like this one would be too much.
      this.#mayBeFull = size + this.#last > this.#options.mostBytes;
    } catch (error) {
      this.#fail(error);
    }
  }

  #rotate(): void {
    renameSync(this.file, `${this.file}.1`);
    for (const listener of this.#onRotated) listener();
    notice(
      warningCodes.traceFull,
      `The trace ${this.file} was full, and is now ${this.file}.1; what was there before is gone.`,
    );
  }

  #fail(error: unknown): void {
    this.#failed = true;
    sinkFailed(error);
  }
}

/**
 * A process that was killed may have left half a line: then a new line is begun first.
 * @returns the size of the file now, in bytes
 */
function append(file: string, text: string): number {
  const descriptor = openSync(file, flags, 0o600);
  try {
    const { size } = fstatSync(descriptor);
    const last = Buffer.alloc(1);
    const isTorn = size > 0 && readSync(descriptor, last, 0, 1, size - 1) === 1 && last.toString() !== '\n';
    const bytes = Buffer.from(isTorn ? `\n${text}` : text);
    for (let done = 0; done < bytes.length; ) done += writeSync(descriptor, bytes, done);
    return size + bytes.length;
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

import { randomUUID } from 'node:crypto';
import { closeSync, constants, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isMainThread } from 'node:worker_threads';

/** Not one of the user's variables: an older version of this package in a child process refuses unknown ones. */
const variable = '_SESSION_GUARD_EXIT_NOTES';

const said = 'said';

const { O_WRONLY, O_APPEND, O_CREAT, O_NOFOLLOW } = constants;

/** The findings of the child processes of a process, and of their child processes. */
export interface FoundBelow {
  readonly total: number;
  /** The rules of processes that printed no summary, because a signal ended them. */
  readonly unsaid: readonly string[];
}

/**
 * How a process with `SESSION_GUARD_EXIT=1` gets the findings of its child processes. Test runners ignore the exit code of
 * their workers, and end hanging workers with a signal. So each finding is recorded when it is made: in a file for each
 * ancestor process, which exists from the first finding on.
 */
export class ExitNotes {
  readonly #above: readonly string[] = pathsIn(process.env[variable]);
  readonly #own = join(tmpdir(), `session-guard-exit-${process.pid}-${randomUUID()}`);

  /** Child processes inherit the variable. Threads of this process already have it. */
  constructor() {
    if (isMainThread) process.env[variable] = JSON.stringify([...this.#above, this.#own]);
  }

  add(rule: string): void {
    this.#note(process.pid, rule);
  }

  /** Records that the findings of this process have been printed. */
  said(pid: number | string = process.pid): void {
    this.#note(pid, said);
  }

  /**
   * Returns the findings of child processes, once: the file is removed. Only the main thread calls it, at the end of the
   * process.
   */
  take(): FoundBelow {
    const lines = isMainThread ? this.#linesOfOthers() : [];
    const ended = new Set(lines.filter(({ rule }) => rule === said).map(({ pid }) => pid));
    const found = lines.filter(({ rule }) => rule !== said);
    const unsaid = found.filter(({ pid }) => !ended.has(pid));
    for (const pid of new Set(unsaid.map(line => line.pid))) this.said(pid);
    return { total: found.length, unsaid: unsaid.map(({ rule }) => rule) };
  }

  #linesOfOthers(): readonly { readonly pid: string; readonly rule: string }[] {
    try {
      const lines = readFileSync(this.#own, 'utf8').split('\n');
      rmSync(this.#own, { force: true });
      const parsed = lines.map(line => line.split(' ')).map(([pid = '', rule = '']) => ({ pid, rule }));
      // Threads of this process have recorded their findings here too; these are already counted.
      return parsed.filter(({ pid, rule }) => rule !== '' && pid !== String(process.pid));
    } catch {
      return [];
    }
  }

  #note(pid: number | string, text: string): void {
    for (const path of this.#above) append(path, `${pid} ${text}\n`);
  }
}

function pathsIn(text: string | undefined): readonly string[] {
  try {
    const paths: unknown = JSON.parse(text ?? '[]');
    return Array.isArray(paths) ? paths.filter(path => typeof path === 'string') : [];
  } catch {
    return [];
  }
}

/** If the file cannot be written, the parent's exit code is wrong, but this program is not affected. */
function append(path: string, line: string): void {
  try {
    const file = openSync(path, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW, 0o600);
    try {
      writeSync(file, line);
    } finally {
      closeSync(file);
    }
  } catch {
    // There is no other way to inform the parent process.
  }
}

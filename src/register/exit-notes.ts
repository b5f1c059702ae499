import { randomUUID } from 'node:crypto';
import { closeSync, constants, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isMainThread } from 'node:worker_threads';

/** Not one of the user's variables: an older version of this package in a child process refuses those that it does not know. */
const variable = '_SESSION_GUARD_EXIT_NOTES';

const said = 'said';

const { O_WRONLY, O_APPEND, O_CREAT, O_NOFOLLOW } = constants;

/** What the child processes of a process, and theirs, have found. */
export interface FoundBelow {
  readonly total: number;
  /** The rules of processes that did not come to say it, since a signal ended them. */
  readonly unsaid: readonly string[];
}

/**
 * How a process with `SESSION_GUARD_EXIT=1` learns of findings in its child processes. Test runners take the exit code of
 * their workers for nothing, and end those that do not end by themselves with a signal, so that each finding is noted when
 * it is made: in a file for each process above, which exists from the first finding on.
 */
export class ExitNotes {
  readonly #above: readonly string[] = pathsIn(process.env[variable]);
  readonly #own = join(tmpdir(), `session-guard-exit-${process.pid}-${randomUUID()}`);

  /** Child processes inherit the variable. A thread of this process has it already. */
  constructor() {
    if (isMainThread) process.env[variable] = JSON.stringify([...this.#above, this.#own]);
  }

  add(rule: string): void {
    this.#note(process.pid, rule);
  }

  /** The findings of this process have been printed. */
  said(pid: number | string = process.pid): void {
    this.#note(pid, said);
  }

  /** What was found below, once: the file is removed. Only the main thread asks, at the end of the process. */
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
      // Threads of this process have noted theirs here too; they are counted already.
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

/** A file that cannot be written costs the exit code of a process above, and never this program. */
function append(path: string, line: string): void {
  try {
    const file = openSync(path, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW, 0o600);
    try {
      writeSync(file, line);
    } finally {
      closeSync(file);
    }
  } catch {
    // Nobody is there to be told: the process above learns of it in no other way.
  }
}

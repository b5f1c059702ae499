import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { SessionGuardError } from '../errors/errors.ts';
import { codes } from '../errors/codes.ts';
import { packageFolder } from '../errors/package-folder.ts';
import type { ReportData } from '../report/data/report-data.ts';
import { reportPage } from '../report/report-page.ts';
import { reportText } from '../report/text/report-text.ts';
import { type RunningProgram, startProgram } from './run-program.ts';
import { leftBehind } from './left-behind.ts';
import { onSignals } from './signals.ts';
import { writePage } from './page-file.ts';
import { readReport, tracesOf } from './read-files.ts';
import { hasColors } from '../guard/findings/colors.ts';
import { parseCommand, UsageError } from './usage-error.ts';

const categories = ['correctness', 'suspicious', 'performance', 'config'] as const;

/** `session-guard run … -- command`: runs a program with the preload, and says at its end what was found. */
export async function run(args: readonly string[]): Promise<number> {
  const { values, program, rest } = parseRun(args);
  const failOn = failOnOf(values['fail-on']);
  const isKept = values.trace !== undefined;
  const folder = traceFolder(values.trace);
  const remove = () => {
    if (!isKept) rmSync(folder, { recursive: true, force: true });
  };
  let running: RunningProgram | undefined;
  let last: NodeJS.Signals | undefined;
  // The program gets the signals. Those that come when it has ended end this process in the middle of its summary.
  const off = onSignals(signal => {
    last = signal;
    if (running !== undefined) return running.passOn(signal);
    remove();
    off();
    process.kill(process.pid, signal);
  });
  try {
    // Written before the program runs: a path that cannot be written is reported now, and the page of an earlier run is gone.
    if (values.report !== undefined) writePage(values.report, '');
    running = startProgram(program, rest, environmentFor(folder, values.protect === true));
    const code = await running.ended;
    if (last !== undefined) {
      running = leftBehind(folder);
      running.passOn(last);
      await running.ended;
    }
    running = undefined;
    const data = await conclude(folder, [program, ...rest].join(' '), values.report, code);
    if (isKept) process.stderr.write(`session-guard: the traces are in ${folder}\n`);
    return code === 0 && data?.findings.some(({ category }) => failOn.has(category)) === true ? 1 : code;
  } finally {
    off();
    remove();
  }
}

function parseRun(args: readonly string[]) {
  const end = args.indexOf('--');
  const { values, positionals } = parseCommand({
    args: end === -1 ? args : args.slice(0, end),
    allowPositionals: true,
    options: {
      report: { type: 'string' },
      trace: { type: 'string' },
      'fail-on': { type: 'string' },
      protect: { type: 'boolean' },
    },
  });
  if (end === -1 || positionals.length > 0)
    throw new UsageError('the command of the program stands after --, as in: run -- node app.js');
  const [program, ...rest] = args.slice(end + 1);
  if (program === undefined) throw new UsageError('there is no command after --.');
  return { values, program, rest };
}

function failOnOf(text: string | undefined): ReadonlySet<string> {
  if (text === undefined) return new Set();
  if (text === 'any') return new Set(categories);
  const chosen = text.split(',').map(part => part.trim());
  const unknown = chosen.find(part => !categories.some(category => category === part));
  if (unknown !== undefined)
    throw new UsageError(`--fail-on takes any, or categories (${categories.join(', ')}), not '${unknown}'.`);
  return new Set(chosen);
}

function traceFolder(wanted: string | undefined): string {
  if (wanted === undefined) return mkdtempSync(join(tmpdir(), 'session-guard-run-'));
  mkdirSync(wanted, { recursive: true, mode: 0o700 });
  if (readdirSync(wanted).some(name => name.endsWith('.ndjson')))
    throw new UsageError(`${wanted} has the traces of another run; name another folder.`);
  return resolve(wanted);
}

/** By the absolute path of the file: the program may be in a folder where this package is not installed. */
function environmentFor(folder: string, protect: boolean): NodeJS.ProcessEnv {
  const preload = pathToFileURL(join(ownFolder(), 'dist', 'register.mjs')).href;
  const { NODE_OPTIONS = '' } = process.env;
  return {
    ...process.env,
    NODE_OPTIONS: `${NODE_OPTIONS} --import ${preload}`.trim(),
    SESSION_GUARD_TRACE: join(folder, '%p.ndjson'),
    // The summary of all processes is written here, at the end.
    _SESSION_GUARD_NO_SUMMARY: '1',
    ...(protect && { SESSION_GUARD: 'protect' }),
  };
}

function ownFolder(): string {
  const found = packageFolder();
  if (found !== undefined) return found.root;
  throw new SessionGuardError(
    codes.invalidArgument,
    'The folder of session-guard was not found. Install it with npm, not in a bundle.',
  );
}

/**
 * The summary and the page. The exit code of a program that has failed says more than that of a report that cannot be made.
 * @returns undefined if it could not be made
 */
async function conclude(
  folder: string,
  title: string,
  page: string | undefined,
  code: number,
): Promise<ReportData | undefined> {
  try {
    const data = await readReport(tracesOf(folder), title);
    summarize(data, page);
    return data;
  } catch (error) {
    if (code === 0) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    process.stderr.write(`session-guard run: ${reason}\n`);
    return undefined;
  }
}

function summarize(data: ReportData, page: string | undefined): void {
  if (page !== undefined) writePage(page, reportPage(data));
  process.stderr.write(`\n${reportText(data, { isColored: hasColors(process.stderr), isShort: true })}\n`);
  if (page !== undefined) process.stderr.write(`session-guard: the report is ${resolve(page)}\n`);
}

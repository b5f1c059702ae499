import { closeSync, createReadStream, existsSync, openSync, readdirSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { invalidArgument, SessionGuardError } from '../errors/errors.ts';
import { LineReader, type ReadLine } from '../guard/trace/read-lines.ts';
import { UsageError } from './usage-error.ts';
import { ReportBuilder } from '../report/data/report-builder.ts';
import type { ReportData } from '../report/data/report-data.ts';

/** How many bytes of a file are read for its first line. */
const mostOfHead = 4096;

/** The files of one trace: the part before a file that was full, and the file. */
export type TraceFiles = readonly string[];

/**
 * The traces of a folder, or the one of a file.
 * @throws UsageError if there is nothing of this name
 */
export function tracesOf(path: string): TraceFiles[] {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) throw new UsageError(`there is no file or folder ${path}.`);
  const isFolder = found.isDirectory();
  const files = isFolder
    ? readdirSync(path)
        .filter(name => name.endsWith('.ndjson'))
        .toSorted()
        .map(name => join(path, name))
    : [path];
  return files.map(file => (existsSync(`${file}.1`) ? [`${file}.1`, file] : [file]));
}

/**
 * The report of all traces: of a run, or of a service with several processes.
 * @param title what was run
 * @throws SessionGuardError with the name of the file and the number of a line that is wrong
 */
export async function readReport(traces: readonly TraceFiles[], title: string): Promise<ReportData> {
  // The traces are in the order of their names: the first one may not be that of the first process.
  const starts = traces
    .flat()
    .map(startOf)
    .filter(start => start !== undefined);
  const builder = new ReportBuilder({}, starts.length === 0 ? undefined : Math.min(...starts));
  const taken = new Set<string>();
  for (const files of traces) {
    const reader = new LineReader({ unites: false });
    const nameOf = namesOfTrace(taken);
    for (const file of files) {
      reader.nextFile();
      await readLinesOf(file, reader, read => builder.add({ ...read, process: nameOf(read.process) }));
    }
  }
  return builder.data(title);
}

/** In containers all processes have the same id: those of two traces are different ones. */
function namesOfTrace(taken: Set<string>): (process: string) => string {
  const names = new Map<string, string>();
  return process => {
    const known = names.get(process);
    if (known !== undefined) return known;
    let name = process;
    for (let number = 2; taken.has(name); number += 1) name = `${process} (${number})`;
    taken.add(name);
    names.set(process, name);
    return name;
  };
}

/** The time of the first line, which is short. A pipe is not asked: it can be read once. */
function startOf(file: string): number | undefined {
  if (!statSync(file).isFile()) return undefined;
  const descriptor = openSync(file, 'r');
  try {
    const bytes = Buffer.alloc(mostOfHead);
    const [line = ''] = bytes.toString('utf8', 0, readSync(descriptor, bytes)).split('\n');
    return new LineReader().read(line)?.time;
  } catch (error) {
    // Who reads the whole file says what is wrong.
    if (error instanceof SessionGuardError) return undefined;
    throw error;
  } finally {
    closeSync(descriptor);
  }
}

/** Line by line: a file may be larger than the memory. */
async function readLinesOf(file: string, reader: LineReader, add: (read: ReadLine) => void): Promise<void> {
  const lines = createInterface({
    input: createReadStream(file, 'utf8'),
    crlfDelay: Number.POSITIVE_INFINITY,
  });
  try {
    for await (const line of lines) {
      const read = reader.read(line);
      if (read !== undefined) add(read);
    }
  } catch (error) {
    if (error instanceof SessionGuardError) throw invalidArgument(`${file} is not a trace. ${error.message}`);
    throw error;
  }
}

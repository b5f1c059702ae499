import { createReadStream, existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { invalidArgument, SessionGuardError } from '../errors/errors.ts';
import { LineReader } from '../guard/trace/read-lines.ts';
import { UsageError } from './usage-error.ts';
import type { ReportBuilder } from '../report/data/report-builder.ts';

/**
 * The files of a trace: those of a folder, and for each file the part before it, which is read first.
 * @throws UsageError if there is nothing of this name
 */
export function filesOf(path: string): string[] {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) throw new UsageError(`there is no file or folder ${path}.`);
  const isFolder = found.isDirectory();
  const files = isFolder
    ? readdirSync(path)
        .filter(name => name.endsWith('.ndjson'))
        .toSorted()
        .map(name => join(path, name))
    : [path];
  return files.flatMap(file => (existsSync(`${file}.1`) ? [`${file}.1`, file] : [file]));
}

/**
 * Reads a file line by line: it may be larger than the memory.
 * @throws SessionGuardError with the name of the file and the number of a line that is wrong
 */
export async function readInto(builder: ReportBuilder, file: string): Promise<void> {
  const reader = new LineReader({ unites: false });
  const lines = createInterface({
    input: createReadStream(file, 'utf8'),
    crlfDelay: Number.POSITIVE_INFINITY,
  });
  try {
    for await (const line of lines) {
      const read = reader.read(line);
      if (read !== undefined) builder.add(read);
    }
  } catch (error) {
    if (error instanceof SessionGuardError) throw invalidArgument(`${file} is not a trace. ${error.message}`);
    throw error;
  }
}

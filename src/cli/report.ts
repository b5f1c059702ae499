import { writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { reportPage } from '../report/report-page.ts';
import { reportText } from '../report/text/report-text.ts';
import { ReportBuilder } from '../report/data/report-builder.ts';
import { filesOf, readInto } from './read-files.ts';
import { hasColors } from './terminal.ts';
import { parseCommand, UsageError } from './usage-error.ts';

/** `session-guard report <trace>…`: shows what traces say. */
export async function report(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseCommand({
    args,
    allowPositionals: true,
    options: { html: { type: 'string' }, json: { type: 'boolean' }, text: { type: 'boolean' } },
  });
  if (positionals.length === 0)
    throw new UsageError('it takes the file of a trace, or a folder with such files.');
  if (values.json === true && values.text === true)
    throw new UsageError('--json and --text exclude each other.');
  const files = positionals.flatMap(filesOf);
  if (files.length === 0) throw new UsageError(`there is no file *.ndjson in ${positionals.join(', ')}.`);
  const builder = new ReportBuilder();
  for (const file of files) await readInto(builder, file);
  const data = builder.data(positionals.map(path => basename(path)).join(', '));
  if (values.html !== undefined) {
    writeFileSync(values.html, reportPage(data), { mode: 0o600 });
    process.stderr.write(`session-guard: the report is ${values.html}\n`);
  }
  if (values.json === true) process.stdout.write(`${JSON.stringify(data)}\n`);
  else if (values.text === true || values.html === undefined)
    process.stdout.write(`${reportText(data, { isColored: hasColors(process.stdout), isShort: false })}\n`);
  return 0;
}

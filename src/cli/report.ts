import { basename } from 'node:path';
import { reportPage } from '../report/report-page.ts';
import { reportText } from '../report/text/report-text.ts';
import type { EarlierRun, ReportData } from '../report/data/report-data.ts';
import { writePage } from './page-file.ts';
import { readReport, tracesOf } from './read-files.ts';
import { hasColors } from '../guard/findings/colors.ts';
import { parseCommand, UsageError } from './usage-error.ts';

/** `session-guard report <trace>…`: shows what traces say. */
export async function report(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseCommand({
    args,
    allowPositionals: true,
    options: {
      html: { type: 'string' },
      against: { type: 'string' },
      json: { type: 'boolean' },
      text: { type: 'boolean' },
    },
  });
  if (positionals.length === 0)
    throw new UsageError('it takes the file of a trace, or a folder with such files.');
  if (values.json === true && values.text === true)
    throw new UsageError('--json and --text exclude each other.');
  const { against } = values;
  const data = {
    ...(await reportOn(positionals)),
    ...(against !== undefined && { against: earlierRun(await reportOn([against])) }),
  };
  if (values.html !== undefined) {
    writePage(values.html, reportPage(data));
    process.stderr.write(`session-guard: the report is ${values.html}\n`);
  }
  if (values.json === true) process.stdout.write(`${JSON.stringify(data)}\n`);
  else if (values.text === true || values.html === undefined)
    process.stdout.write(`${reportText(data, { isColored: hasColors(process.stdout), isShort: false })}\n`);
  return 0;
}

async function reportOn(paths: readonly string[]): Promise<ReportData> {
  const traces = paths.flatMap(tracesOf);
  if (traces.length === 0) throw new UsageError(`there is no file *.ndjson in ${paths.join(', ')}.`);
  return readReport(traces, paths.map(path => basename(path)).join(', '));
}

function earlierRun({ title, start, end, totals, findings }: ReportData): EarlierRun {
  return { title, start, end, totals, findings };
}

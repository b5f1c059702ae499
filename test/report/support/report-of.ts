import { expect } from 'vitest';
import { EventPipeline } from '../../../src/guard/events/event-pipeline.ts';
import { World } from '../../../src/guard/events/world.ts';
import { FindingHub } from '../../../src/guard/findings/finding-hub.ts';
import type { Finding } from '../../../src/guard/findings/finding.ts';
import { readLines } from '../../../src/guard/trace/read-lines.ts';
import { TraceWriter } from '../../../src/guard/trace/trace-writer.ts';
import { ReportBuilder } from '../../../src/report/data/report-builder.ts';
import type { ReportData } from '../../../src/report/data/report-data.ts';
import { parseTrace } from '../../../src/testing/index.ts';

export const finding: Finding = {
  rule: 'use-after-end',
  category: 'correctness',
  severity: 'warn',
  messageId: 'operation',
  message: 'find on shop.users used a session that had already ended.',
  fix: 'Await it.',
  data: {},
  docs: 'docs/rules/use-after-end.md',
  place: { file: '/app/users.js', line: 3, column: 5 },
  at: 0,
  count: 1,
};

/** A finding, of a session if it has a number. */
export interface Found {
  readonly finding: Finding;
  readonly session?: number;
  readonly operation?: number;
}

/** The lines of a process that does what a trace in words says, with findings at its end. */
export function traceOf(words: string, found: readonly Found[] = []): string[] {
  const lines: string[] = [];
  const append = (line: string) => lines.push(line);
  const pipeline = new EventPipeline(new World(), error => expect.unreachable(String(error)));
  const hub = new FindingHub();
  new TraceWriter({ append, appendNow: append }).attach({ pipeline, hub });
  for (const event of parseTrace(words)) pipeline.publishToWorld(event);
  for (const { finding: one, ...where } of found) hub.deliver(one, { client: 1, ...where });
  return lines;
}

/** The report of such a process. */
export function reportOf(words: string, found: readonly Found[] = [], limits = {}): ReportData {
  return reportOfLines(traceOf(words, found), limits);
}

export function reportOfLines(lines: readonly string[], limits = {}): ReportData {
  const builder = new ReportBuilder(limits);
  for (const line of readLines(lines)) builder.add(line);
  return builder.data('app');
}

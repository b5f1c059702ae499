import { colored, type Palette, plain } from '../../guard/findings/colors.ts';
import { escapeSource, escapeText } from '../../platform/escape-text.ts';
import { compareFindings, type Comparison } from '../data/compare.ts';
import type { FindingGroup, ReportData, Totals } from '../data/report-data.ts';

/** How many routes of a finding are named. */
const mostRoutes = 3;

export interface TextOptions {
  /** The terminal shows colours. */
  readonly isColored: boolean;
  /** Without code frames, fixes and pages: they were printed when the findings were made. */
  readonly isShort: boolean;
}

/**
 * The report for a terminal: what went wrong, where, how often, since when, and what to do.
 */
export function reportText(data: ReportData, { isColored, isShort }: TextOptions): string {
  const colors = isColored ? colored : plain;
  const compared = data.against && compareFindings(data.findings, data.against.findings);
  const blocks = [
    headline(data, colors),
    ...(compared === undefined ? [] : [comparedText(data, compared)]),
    ...data.findings.map(group => findingText(group, data, colors, isShort, compared?.before.get(group.key))),
    ...(compared?.gone.map(group => goneText(group, colors)) ?? []),
  ];
  const missing = [
    data.lost > 0 ? `${plural(data.lost, 'line')} of the trace could not be written.` : '',
    data.omitted > 0 ? `${plural(data.omitted, 'session')} without findings are not in the report.` : '',
  ].filter(text => text !== '');
  return [...blocks, [totalsText(data.totals), ...missing].join('\n')].join('\n\n');
}

function headline({ findings, title, end, processes }: ReportData, colors: Palette): string {
  const times = findings.reduce((sum, { count }) => sum + count, 0);
  const what =
    findings.length === 0
      ? 'no findings'
      : `${plural(times, 'finding')} at ${plural(findings.length, 'place')}`;
  const where = processes > 1 ? `, ${processes} processes` : '';
  return `${colors.rule(`session-guard: ${what}`)} in ${escapeText(title)} (${durationText(end)}${where})`;
}

/** @param before how often it was made in the run before; undefined without one */
function findingText(
  group: FindingGroup,
  data: ReportData,
  colors: Palette,
  isShort: boolean,
  before: number | undefined,
): string {
  const { rule, category, message, place, count, first, last, fix, codeFrame, routes, docs } = group;
  const paint = category === 'correctness' ? colors.error : colors.warn;
  const routeNames = Object.entries(routes).toSorted(([, one], [, other]) => other - one);
  const lines = [
    `${paint(category)} ${colors.rule(escapeText(rule))}  ${timesText(count)}, ${sinceText(first, last, data)}${beforeText(before)}`,
    `  ${escapeText(message)}`,
    place === undefined ? undefined : `    at ${colors.path(escapeText(place))}`,
    isShort ? undefined : codeFrame && frameText(codeFrame),
    routeNames.length === 0
      ? undefined
      : `  ${colors.label('in:')} ${routeNames
          .slice(0, mostRoutes)
          .map(([route, times]) => `${escapeText(route)} (${times})`)
          .join(', ')}${routeNames.length > mostRoutes ? ', …' : ''}`,
    ...(isShort
      ? []
      : [`  ${colors.label('fix:')} ${escapeText(fix)}`, `  ${colors.label('docs:')} ${escapeText(docs)}`]),
  ];
  return lines.filter(line => line !== undefined).join('\n');
}

function beforeText(before: number | undefined): string {
  if (before === undefined) return '';
  return before === 0 ? '; NEW' : `; before: ${timesText(before)}`;
}

function comparedText({ findings, against, totals }: ReportData, { fresh, gone }: Comparison): string {
  const title = escapeText(against?.title ?? '');
  const earlier = against?.totals.sessions ?? 0;
  return (
    `Compared with ${title}: ${fresh} new, ${findings.length - fresh} as before, ${gone.length} gone ` +
    `(${plural(totals.sessions, 'session')}; before: ${earlier}).`
  );
}

function goneText({ rule, message, place, count }: FindingGroup, colors: Palette): string {
  const where = place === undefined ? '' : `\n    at ${colors.path(escapeText(place))}`;
  return `gone ${colors.rule(escapeText(rule))}  before: ${timesText(count)}\n  ${escapeText(message)}${where}`;
}

/** The trace may come from somebody else, also the lines of the program in it. */
function frameText(codeFrame: string): string {
  const lines = codeFrame.split('\n');
  return lines.map(line => `    ${escapeSource(line)}`).join('\n');
}

function timesText(count: number): string {
  return count === 1 ? 'once' : `${count} times`;
}

function sinceText(first: number, last: number, { start }: ReportData): string {
  const text = (at: number) =>
    start === 0 ? `${durationText(at)} after the start` : new Date(start + at).toISOString();
  return first === last ? `at ${text(first)}` : `since ${text(first)}, last ${text(last)}`;
}

function totalsText(totals: Totals): string {
  const { sessions, transactions, committed, aborted, failed, unknown, retries, operations } = totals;
  const outcomes = [
    `${committed} committed`,
    `${aborted} aborted`,
    failed > 0 ? `${failed} with a failed commit` : '',
    unknown > 0 ? `${unknown} with an unknown outcome` : '',
    plural(retries, 'further attempt'),
  ].filter(text => text !== '');
  const counts = `${plural(sessions, 'session')}, ${plural(operations, 'operation')}, ${plural(transactions, 'transaction')}`;
  return transactions === 0 ? `${counts}.` : `${counts}: ${outcomes.join(', ')}.`;
}

export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** `830 ms`, `12.3 s`, `4 min 5 s`. */
export function durationText(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`;
}

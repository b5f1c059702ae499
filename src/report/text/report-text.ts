import { colored, type Palette, plain } from '../../guard/findings/colors.ts';
import { escapeSource, escapeText } from '../../platform/escape-text.ts';
import { compareFindings, type Comparison } from '../data/compare.ts';
import { type Problem, problemsOf } from '../data/problems.ts';
import type { FindingGroup, ReportData, Totals } from '../data/report-data.ts';

/** How many routes of a finding are named. */
const mostRoutes = 3;

export interface TextOptions {
  /** The terminal shows colours. */
  readonly isColored: boolean;
  /** Without code frames, fixes and pages: they were printed when the findings were made. */
  readonly isShort: boolean;
}

/** What the text of a finding is made with. */
interface Shown {
  readonly data: ReportData;
  readonly colors: Palette;
  readonly isShort: boolean;
  readonly compared: Comparison | undefined;
}

/**
 * The report for a terminal: what went wrong, where, how often, since when, and what to do.
 */
export function reportText(data: ReportData, { isColored, isShort }: TextOptions): string {
  const colors = isColored ? colored : plain;
  const compared = data.against && compareFindings(data.findings, data.against.findings);
  const shown = { data, colors, isShort, compared };
  const problems = problemsOf(data.findings);
  const blocks = [
    headline(data, problems.length, colors),
    ...(compared === undefined ? [] : [comparedText(data, compared)]),
    ...problems.map(problem => problemText(problem, shown)),
    ...(compared?.gone.map(group => goneText(group, colors)) ?? []),
  ];
  const missing = [
    data.lost > 0 ? `${plural(data.lost, 'line')} of the trace could not be written.` : '',
    data.omitted > 0 ? `${plural(data.omitted, 'session')} without findings are not in the report.` : '',
  ].filter(text => text !== '');
  return [...blocks, [totalsText(data.totals), ...missing].join('\n')].join('\n\n');
}

function headline(
  { findings, title, end, processes }: ReportData,
  problems: number,
  colors: Palette,
): string {
  const times = findings.reduce((sum, { count }) => sum + count, 0);
  const places = plural(findings.length, 'place');
  // Where each place is a problem of its own, one number says it.
  const at = problems === findings.length ? places : `${places}, ${plural(problems, 'problem')},`;
  const what = findings.length === 0 ? 'no findings' : `${plural(times, 'finding')} at ${at}`;
  const where = processes > 1 ? `, ${processes} processes` : '';
  return `${colors.rule(`session-guard: ${what}`)} in ${escapeText(title)} (${durationText(end)}${where})`;
}

function problemText({ first, parts }: Problem, shown: Shown): string {
  const text = findingText(first, shown);
  if (parts.length === 0) return text;
  const label = shown.colors.label('and then, in the same transaction or session:');
  return [text, `  ${label}`, ...parts.map(part => partText(part, first, shown))].join('\n');
}

function findingText(group: FindingGroup, shown: Shown): string {
  const { message, place, fix, codeFrame, routes, docs } = group;
  const { colors, isShort } = shown;
  const routeNames = Object.entries(routes).toSorted(([, one], [, other]) => other - one);
  const lines = [
    titleText(group, shown),
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

/** A finding that comes after another one. The code is near that of the first. */
function partText(group: FindingGroup, { rule }: FindingGroup, shown: Shown): string {
  const { message, place, fix } = group;
  const { colors, isShort } = shown;
  const lines = [
    `  - ${titleText(group, shown)}`,
    `      ${escapeText(message)}`,
    place === undefined ? undefined : `        at ${colors.path(escapeText(place))}`,
    isShort || group.rule === rule ? undefined : `      ${colors.label('fix:')} ${escapeText(fix)}`,
  ];
  return lines.filter(line => line !== undefined).join('\n');
}

/** The rule, how often it has reported, and since when. */
function titleText(
  { key, rule, category, count, first, last }: FindingGroup,
  { colors, data, compared }: Shown,
): string {
  const paint = category === 'correctness' ? colors.error : colors.warn;
  const before = beforeText(compared?.before.get(key));
  return `${paint(category)} ${colors.rule(escapeText(rule))}  ${timesText(count)}, ${sinceText(first, last, data)}${before}`;
}

/** @param before how often it was made in the run before; undefined without one */
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
  const text = (at: number) => {
    const time = new Date(start + at);
    const isKnown = start !== 0 && !Number.isNaN(time.getTime());
    return isKnown ? time.toISOString() : `${durationText(at)} after the start`;
  };
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

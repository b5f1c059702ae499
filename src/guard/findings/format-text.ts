import { type Palette, plain } from './colors.ts';
import { escapeText } from '../../platform/escape-text.ts';
import type { RequestContext } from '../events/events.ts';
import type { Finding } from './finding.ts';
import { formatPlace, type Place } from '../stack/place.ts';

/** Everything below the sentence: the place with its code frame, who called it, where it started and ended, the fix, the page. */
export function formatDetail(finding: Finding, colors: Palette = plain): string {
  const { place } = finding;
  const lines = [
    place && `    at ${colors.path(escapeText(formatPlace(place)))}`,
    place?.codeFrame && indent(colorFrame(place.codeFrame, colors)),
    ...(finding.calledFrom ?? []).map(caller => labelled('called from', caller, colors)),
    labelled('started', finding.startedAt, colors, finding.started),
    labelled('ended', finding.endedAt, colors),
    finding.context && `  ${colors.label('request:')} ${escapeText(formatContext(finding.context))}`,
    `  ${colors.label('fix:')} ${escapeText(finding.fix)}`,
    `  ${colors.label('docs:')} ${finding.docs}`,
  ];
  return lines.filter(line => line !== undefined && line !== '').join('\n');
}

/**
 * The whole finding as a person reads it.
 * @example
 * ```ts
 * import { formatFinding, onFinding } from 'session-guard';
 *
 * const off = onFinding(finding => console.error(formatFinding(finding)));
 * off();
 * ```
 */
export function formatFinding(finding: Finding, colors: Palette = plain): string {
  const severity = finding.severity === 'error' ? colors.error('error') : colors.warn('warning');
  return `${severity} ${colors.rule(finding.rule)}: ${escapeText(finding.message)}\n${formatDetail(finding, colors)}`;
}

function formatContext({ id, method, route }: RequestContext): string {
  const what = [method, route].filter(part => part !== undefined).join(' ');
  return [what, id === undefined ? '' : `id ${id}`].filter(part => part !== '').join(', ') || 'not known';
}

function labelled(
  label: string,
  place: Place | undefined,
  colors: Palette,
  what?: string,
): string | undefined {
  const said = what === undefined ? '' : ` (the ${what})`;
  return place && `  ${colors.label(`${label}:`)} ${colors.path(escapeText(formatPlace(place)))}${said}`;
}

function colorFrame(frame: string, colors: Palette): string {
  return frame
    .split('\n')
    .map(line =>
      line.startsWith('>') || line.trimEnd().endsWith('^') ? colors.mark(line) : colors.dim(line),
    )
    .join('\n');
}

function indent(text: string): string {
  return text.replaceAll(/^/gm, '  ');
}

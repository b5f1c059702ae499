import { createHash } from 'node:crypto';
import { pageParts } from './page-bundle.ts';
import type { ReportData } from './data/report-data.ts';

/** How the page gets what is new. */
export interface LiveSource {
  /** The address of the server-sent events. */
  readonly events: string;
}

/**
 * The report as one HTML page. The page fetches nothing: its policy allows its own style and script alone, by their hashes, and
 * of a live page the events of its own server.
 */
export function reportPage(data: ReportData, live?: LiveSource): string {
  const { markup, style, script } = pageParts;
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${pagePolicy(live !== undefined)}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="referrer" content="no-referrer">',
    '<title>session-guard</title>',
    `<style>${style}</style>`,
    '</head>',
    '<body>',
    markup,
    `<script type="application/json" id="data"${live === undefined ? '' : ` data-live="${escapeAttribute(live.events)}"`}>${jsonText(data)}</script>`,
    `<script>${script}</script>`,
    '</body>',
    '</html>',
    '',
  ].join('\n');
}

/** The content security policy of the page; also a header of the live page, which can forbid frames as well. */
export function pagePolicy(isLive: boolean): string {
  const { style, script } = pageParts;
  return [
    "default-src 'none'",
    `script-src '${hashOf(script)}'`,
    `style-src '${hashOf(style)}'`,
    ...(isLive ? ["connect-src 'self'"] : []),
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
}

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}

/** No text in the data can end the script element, or begin a comment in it. */
function jsonText(data: ReportData): string {
  return JSON.stringify(data).replaceAll('<', String.raw`\u003c`);
}

function escapeAttribute(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
}

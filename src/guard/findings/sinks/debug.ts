import createDebug from 'debug';
import type { Finding } from '../finding.ts';
import { escapeText } from '../../../platform/escape-text.ts';
import { formatPlace } from '../../stack/place.ts';
import type { EventType, SessionGuardEvent } from '../../events/events.ts';
import type { EventSink } from '../../events/event-pipeline.ts';

const session = createDebug('session-guard:session');
const transaction = createDebug('session-guard:txn');
const findings = createDebug('session-guard:rule');
const operation = createDebug('session-guard:operation');

function logOf(type: EventType): createDebug.Debugger {
  if (type.startsWith('transaction') || type === 'callback.returned') return transaction;
  return type.startsWith('operation') || type.startsWith('cursor') ? operation : session;
}

/** The sink of `DEBUG=session-guard:*`, or undefined if none of these logs is on: then it costs nothing. */
export function debugEvents(): EventSink | undefined {
  if (!session.enabled && !transaction.enabled && !operation.enabled) return undefined;
  return event => logOf(event.type)('%s', escapeText(describeEvent(event)));
}

/** One line for each finding, in the log that the events are in. */
export function debugFinding(finding: Finding): void {
  if (!findings.enabled) return;
  const place = finding.place === undefined ? '' : ` at ${formatPlace(finding.place)}`;
  findings('%s: %s%s', finding.rule, escapeText(finding.message), escapeText(place));
}

/** One line: the event, our own number of the session or client, and the event's own fields. */
function describeEvent(event: SessionGuardEvent): string {
  const subject = 'session' in event ? `s${event.session}` : `client ${event.client}`;
  const { v: _v, type, at: _at, client: _client, site: _site, ...rest } = event;
  const details = Object.entries(rest).filter(
    ([name, value]) => name !== 'session' && value !== undefined && value !== false,
  );
  return [subject, type, ...details.map(([name, value]) => `${name}=${show(value)}`)].join(' ');
}

function show(value: unknown): string {
  if (Array.isArray(value)) return value.map(show).join('+') || 'none';
  if (typeof value !== 'object' || value === null) return String(value);
  const { command, namespace, code, codeName, name } = value as Readonly<Record<string, unknown>>;
  const parts = [command, namespace, name, codeName, code].filter(part => part !== undefined);
  return parts.length > 0 ? parts.join(' ') : JSON.stringify(value);
}

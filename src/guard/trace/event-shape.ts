import type { EventType } from '../events/events.ts';
import {
  areAmounts,
  type Fields,
  isAmount,
  isError,
  isFields,
  isFinding,
  isListOf,
  isOperation,
  isRequest,
  isSite,
  isText,
  optional,
} from './field-checks.ts';
import { escapeText } from '../../platform/escape-text.ts';
import { traceVersion } from './trace-line.ts';

/** How many characters of an unknown word a message has. */
const mostQuoted = 80;

type Field =
  | 'operation'
  | 'operationId'
  | 'pending'
  | 'error'
  | 'work'
  | 'cutOff'
  | 'cursor'
  | 'scope'
  | 'deploymentKey'
  | 'config'
  | 'holders'
  | 'as'
  | 'sends'
  | 'leavesOut'
  | 'waitedMS';

/** The fields that an event must have in addition to `v`, `type`, `at` and `client`, so that rules and records can read it. */
const shapes: Readonly<Record<EventType, readonly ('session' | Field)[]>> = {
  'session.started': ['session'],
  'session.ending': ['session', 'pending'],
  'session.ended': ['session'],
  'session.kept': ['session'],
  'session.left': ['session'],
  'session.advanced': ['session'],
  'operation.requested': ['session', 'operation'],
  'operation.settled': ['session', 'operationId'],
  'operation.escaped': ['session', 'operation'],
  'operation.conflicted': ['session', 'operation'],
  'transaction.started': ['session'],
  'transaction.ending': ['session', 'pending', 'as'],
  'transaction.committed': ['session'],
  'transaction.aborted': ['session'],
  'transaction.failed': ['session', 'error'],
  'transaction.overlapped': ['session', 'as'],
  'transaction.retried': ['session'],
  'callback.entered': ['session'],
  'callback.returned': ['session', 'pending'],
  'drain.exceeded': ['session', 'pending'],
  'cursor.opened': ['session', 'cursor', 'operation'],
  'cursor.closed': ['session', 'cursor'],
  'document.saved': ['session', 'sends', 'leavesOut'],
  'scope.left': ['scope'],
  'client.connecting': ['deploymentKey', 'config'],
  'client.connected': [],
  'client.used': ['config'],
  'network.unlabelled': [],
  'pool.waited': ['config', 'holders', 'waitedMS'],
  'client.closing': ['work'],
  'client.closed': ['cutOff'],
  'client.usedAfterClose': ['operation'],
  'clock.ticked': [],
};

const checks: Readonly<Record<'session' | Field, (event: Fields) => boolean>> = {
  session: event => isAmount(event['session']),
  operation: event => isOperation(event['operation']),
  operationId: event => isAmount(event['operation']),
  pending: event => isListOf(event['pending'], isOperation),
  error: event => isError(event['error']),
  work: event => isFields(event['work']) && isListOf(event['work']['operations'], isText),
  cutOff: event => isListOf(event['cutOff'], isText),
  cursor: event => isText(event['cursor']),
  scope: event => isAmount(event['scope']),
  deploymentKey: event => isAmount(event['deploymentKey']),
  config: event => isFields(event['config']),
  holders: event => isFields(event['holders']) && isListOf(event['holders']['operations'], isOperation),
  as: event => event['as'] === 'commit' || event['as'] === 'abort',
  sends: event => areChanges(event['sends']),
  leavesOut: event => areChanges(event['leavesOut']),
  waitedMS: event => isAmount(event['waitedMS']),
};

/** The further fields that are shown or replayed, in whatever event they are. */
const others = Object.entries({
  error: isError,
  errorOf: isOperation,
  site: isSite,
  name: isText,
  scopes: areAmounts,
  sentAt: isAmount,
  request: isRequest,
});

/** The fault of a line in a trace, or undefined if the line is an event. */
export function faultOf(value: unknown): string | undefined {
  if (!isFields(value)) return 'it is not an event.';
  const { v, type, at, client } = value;
  if (v !== 1 && v !== traceVersion)
    return `lines of version ${quoted(v)} are not known; this package reads the versions 1 and ${traceVersion}.`;
  if (v === traceVersion) {
    const { process, time } = value;
    if (!isText(process) || !isAmount(time)) return "'process' and 'time' are missing or wrong.";
    if (isText(type) && type.startsWith('trace.')) return extraFaultOf(value);
  }
  if (!isType(type)) return `there is no event ${quoted(type)}.`;
  if (!isAmount(at) || !isAmount(client)) return "'at' and 'client' must be numbers.";
  const wrong = shapes[type].find(field => !checks[field](value));
  if (wrong !== undefined)
    return `'${wrong === 'operationId' ? 'operation' : wrong}' of ${type} is missing or wrong.`;
  const odd = others.find(([name, check]) => !optional(check)(value[name]));
  return odd && `'${odd[0]}' of ${type} is wrong.`;
}

const extras: Readonly<Record<string, (line: Fields) => boolean>> = {
  'trace.head': line => isAmount(line['pid']) && typeof line['isStart'] === 'boolean',
  'trace.request': line => isAmount(line['scope']) && isRequest(line['request']),
  'trace.finding': line =>
    isAmount(line['number']) &&
    isAmount(line['count']) &&
    ['session', 'operation'].every(name => optional(isAmount)(line[name])) &&
    optional(isFinding)(line['finding']),
  'trace.lost': line => isAmount(line['lines']),
};

function extraFaultOf(line: Fields): string | undefined {
  const type = String(line['type']);
  const check = Object.hasOwn(extras, type) ? extras[type] : undefined;
  if (check === undefined) return `there is no line ${quoted(type)}.`;
  return isAmount(line['at']) && check(line) ? undefined : `a field of ${type} is missing or wrong.`;
}

/** The text of somebody else, as a part of a message. */
function quoted(value: unknown): string {
  if (value === undefined) return 'undefined';
  const text = isText(value) ? `'${value}'` : JSON.stringify(value);
  return escapeText(text.slice(0, mostQuoted));
}

function isType(type: unknown): type is EventType {
  return isText(type) && Object.hasOwn(shapes, type);
}

function areChanges(value: unknown): boolean {
  return isFields(value) && isListOf(value['paths'], isText);
}

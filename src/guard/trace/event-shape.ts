import type { EventType } from '../events/events.ts';
import { traceVersion } from './trace-line.ts';

type Field =
  | 'operation'
  | 'operationId'
  | 'pending'
  | 'error'
  | 'work'
  | 'cutOff'
  | 'cursor'
  | 'scope'
  | 'kin'
  | 'config'
  | 'holders'
  | 'as'
  | 'sends'
  | 'leavesOut';

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
  'client.connecting': ['kin', 'config'],
  'client.connected': [],
  'client.used': ['config'],
  'network.unlabelled': [],
  'pool.waited': ['config', 'holders'],
  'client.closing': ['work'],
  'client.closed': ['cutOff'],
  'client.usedAfterClose': ['operation'],
  'clock.ticked': [],
};

export type Fields = Readonly<Record<string, unknown>>;

const checks: Readonly<Record<'session' | Field, (event: Fields) => boolean>> = {
  session: event => typeof event['session'] === 'number',
  operation: event => isOperation(event['operation']),
  operationId: event => typeof event['operation'] === 'number',
  pending: event => isListOf(event['pending'], isOperation),
  error: event => isError(event['error']),
  work: event => isFields(event['work']) && isListOf(event['work']['operations'], isText),
  cutOff: event => isListOf(event['cutOff'], isText),
  cursor: event => isText(event['cursor']),
  scope: event => typeof event['scope'] === 'number',
  kin: event => typeof event['kin'] === 'number',
  config: event => isFields(event['config']),
  holders: event => isFields(event['holders']) && isListOf(event['holders']['operations'], isOperation),
  as: event => event['as'] === 'commit' || event['as'] === 'abort',
  sends: event => areChanges(event['sends']),
  leavesOut: event => areChanges(event['leavesOut']),
};

/** The fault of a line in a trace, or undefined if the line is an event. */
export function faultOf(value: unknown): string | undefined {
  if (!isFields(value)) return 'it is not an event.';
  const { v, type, at, client, error } = value;
  if (v !== 1 && v !== traceVersion)
    return `lines of version ${JSON.stringify(v)} are not known; this package reads the versions 1 and ${traceVersion}.`;
  if (v === traceVersion) {
    const { process, time } = value;
    if (!isText(process) || typeof time !== 'number') return "'process' and 'time' are missing or wrong.";
    if (isText(type) && type.startsWith('trace.')) return extraFaultOf(value);
  }
  if (!isType(type)) return `there is no event '${String(type)}'.`;
  if (typeof at !== 'number' || typeof client !== 'number') return "'at' and 'client' must be numbers.";
  const wrong = shapes[type].find(field => !checks[field](value));
  if (wrong !== undefined)
    return `'${wrong === 'operationId' ? 'operation' : wrong}' of ${type} is missing or wrong.`;
  return error === undefined || isError(error) ? undefined : `'error' of ${type} is wrong.`;
}

const extras: Readonly<Record<string, (line: Fields) => boolean>> = {
  'trace.head': line => typeof line['pid'] === 'number' && typeof line['isStart'] === 'boolean',
  'trace.request': line => typeof line['scope'] === 'number' && isFields(line['request']),
  'trace.finding': line => typeof line['number'] === 'number' && typeof line['count'] === 'number',
  'trace.lost': line => typeof line['lines'] === 'number',
};

function extraFaultOf(line: Fields): string | undefined {
  const type = String(line['type']);
  const check = Object.hasOwn(extras, type) ? extras[type] : undefined;
  if (check === undefined) return `there is no line '${type}'.`;
  return typeof line['at'] === 'number' && check(line)
    ? undefined
    : `a field of ${type} is missing or wrong.`;
}

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isOperation(value: unknown): value is Fields & { readonly id: number } {
  return (
    isFields(value) && typeof value['id'] === 'number' && isText(value['command']) && isText(value['kind'])
  );
}

function isType(type: unknown): type is EventType {
  return isText(type) && Object.hasOwn(shapes, type);
}

function isError(value: unknown): boolean {
  return isFields(value) && isText(value['name']) && isListOf(value['labels'], isText);
}

function areChanges(value: unknown): boolean {
  return isFields(value) && isListOf(value['paths'], isText);
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function isListOf(value: unknown, check: (one: unknown) => boolean): boolean {
  return Array.isArray(value) && value.every(check);
}

import type {
  ErrorSummary,
  EventType,
  Operation,
  SessionGuardEvent,
} from '../../../../src/guard/events/events.ts';

/**
 * The events of one session or client as lines that can be compared: with the facts that rules decide by, and without times,
 * places and the numbers of operations.
 */
export function linesOf(events: readonly SessionGuardEvent[]): readonly string[] {
  const numbers = new Map<number, number>();
  const numberOf = (id: number): number => {
    const number = numbers.get(id) ?? numbers.size + 1;
    numbers.set(id, number);
    return number;
  };
  return events.map(event => `${event.type} ${JSON.stringify(factsOf(event, numberOf))}`);
}

type NumberOf = (id: number) => number;

/** Times, places, numbers, and the names of models. */
const neverCompared = new Set(['v', 'at', 'type', 'client', 'session', 'site', 'line', 'model', 'afterMS']);

/** What has no words: it is read from the driver and not from events, it is a place of another session, or no rule reads it. */
const notCompared: { readonly [T in EventType]?: readonly string[] } = {
  'transaction.committed': ['inside'],
  'transaction.started': ['follows'],
  'callback.entered': ['name'],
  'scope.left': ['request'],
  'operation.conflicted': ['holder', 'holderSession'],
  'cursor.opened': ['cursor'],
  'cursor.closed': ['cursor'],
  'client.connecting': ['madeAtMS'],
  'client.used': ['madeAt'],
  'client.closed': ['cutOff'],
  'client.usedAfterClose': ['closeSite'],
  'pool.waited': ['holders', 'madeAt', 'waitedMS'],
  'clock.ticked': ['starvedMS'],
};

function factsOf(event: SessionGuardEvent, numberOf: NumberOf): Record<string, unknown> {
  const facts: Record<string, unknown> = {};
  const without = notCompared[event.type] ?? [];
  for (const [field, value] of Object.entries(event).toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    if (neverCompared.has(field) || without.includes(field)) continue;
    const isAbsent = value === undefined || (value === false && field !== 'linked');
    if (!isAbsent) facts[field] = factOf(field, value as unknown, numberOf);
  }
  return facts;
}

function factOf(field: string, value: unknown, numberOf: NumberOf): unknown {
  if (field === 'operation' && typeof value === 'number') return numberOf(value);
  if (field === 'operation' || field === 'errorOf') return operationFacts(value as Operation, numberOf);
  // Which of several is the first depends on the moment when the list is read.
  if (field === 'pending')
    return (value as readonly Operation[]).map(({ id }) => numberOf(id)).toSorted((a, b) => a - b);
  if (field === 'error') return errorFacts(value as ErrorSummary);
  if (field === 'work') return { ...(value as object), operations: undefined };
  return field === 'sentAt' ? true : value;
}

function operationFacts(operation: Operation, numberOf: NumberOf): unknown {
  const { id, command, kind, namespace, inTransaction, quiet, readPreference, scopes } = operation;
  const retryable = operation.retryable === true;
  const unacknowledged = operation.unacknowledged === true;
  const flags = { inTransaction, quiet, retryable, unacknowledged };
  return {
    id: numberOf(id),
    command,
    kind,
    hasNamespace: namespace !== undefined,
    ...flags,
    readPreference,
    scopes,
  };
}

function errorFacts({ code, reachedServer, labels }: ErrorSummary): unknown {
  return [code, reachedServer, [...new Set(labels)].toSorted()];
}

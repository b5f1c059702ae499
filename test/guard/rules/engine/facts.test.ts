import { expect, test } from 'vitest';
import { EventPipeline } from '../../../../src/guard/events/event-pipeline.ts';
import type { EventType, OperationKind, SessionGuardEvent } from '../../../../src/guard/events/events.ts';
import type { SessionRecord } from '../../../../src/guard/events/record.ts';
import { World } from '../../../../src/guard/events/world.ts';
import { configureRules } from '../../../../src/guard/rules/engine/configure.ts';
import type { Handler, Handlers, Rule } from '../../../../src/guard/rules/engine/rule.ts';
import { RuleSet } from '../../../../src/guard/rules/engine/rule-set.ts';
import { rules } from '../../../../src/guard/rules/registry.ts';
import * as fc from '../../../support/properties.ts';

function bare(handler: unknown): unknown {
  return typeof handler === 'object' && handler !== null && 'handle' in handler ? handler.handle : handler;
}

/** The rule, with all its handlers called for all events of their types. */
function unconditional(rule: Rule): Rule {
  const create: Rule['create'] = context => {
    const handlers = Object.entries(rule.create(context)).map(([type, one]) => [type, bare(one)]);
    return Object.fromEntries(handlers) as Handlers;
  };
  return { ...rule, create };
}

const worldly: ReadonlySet<EventType> = new Set(['clock.ticked', 'scope.left', 'client.closed']);

/** A world in which a program runs, and what its rules report. */
class Observed {
  readonly reports: string[] = [];
  readonly #pipeline = new EventPipeline(new World(), error => this.reports.push(String(error)));
  readonly #rules: RuleSet;
  #session: SessionRecord | undefined;

  constructor(all: readonly Rule[]) {
    const { world } = this.#pipeline;
    this.#rules = new RuleSet(configureRules(all), {
      onReport: ({ id }, _severity, { messageId, data }) =>
        this.reports.push(`${id} ${messageId} ${JSON.stringify(data)}`),
      sessionsOf: client => world.ofClient(client),
      clients: () => world.clients.all(),
      placeOf: site => site && 'a place',
      starvedMS: () => 0,
      kept: (rule, make) => world.kept(rule, make),
      onRuleFailed: (rule, error) => this.reports.push(`${rule} has thrown: ${String(error)}`),
    });
  }

  play(event: SessionGuardEvent): void {
    if (event.type === 'session.started') this.#session = this.#pipeline.open(event, this.#rules);
    else this.#pipeline.publish(event, this.#rules, worldly.has(event.type) ? undefined : this.#session);
  }
}

const kinds: readonly OperationKind[] = ['read', 'runner', 'composite', 'getMore', 'tail', 'commit'];
const callers = ['user', 'runner'] as const;
const rarely = <T>(value: T) =>
  fc.oneof({ weight: 5, arbitrary: fc.constant(undefined) }, fc.constant(value));
const seldom = fc.oneof({ weight: 5, arbitrary: fc.constant(false) }, fc.constant(true));

const failure = fc.record({
  name: fc.constant('MongoServerError'),
  code: fc.constantFrom(251, 112, 11_000, 263),
  labels: fc.constantFrom([], ['TransientTransactionError']),
  reachedServer: fc.boolean(),
});
const by = fc.constantFrom(...callers);
const error = fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, failure);

const operation = fc.record({
  kind: fc.oneof(fc.constant('write' as const), fc.constantFrom(...kinds)),
  inTransaction: fc.boolean(),
  isRetryable: fc.boolean(),
  unacknowledged: seldom,
  readPreference: rarely('secondary'),
  scopes: rarely([7]),
});

const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      type: fc.constant('operation.requested' as const),
      operation,
      foreign: seldom,
      attemptOver: seldom,
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      type: fc.constant('operation.settled' as const),
      error,
      standalone: seldom,
      which: fc.nat(4),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constant('transaction.started' as const),
      by,
      standalone: seldom,
      scopes: rarely([8]),
      w: rarely(1),
      readPreference: rarely('nearest'),
      line: fc.constantFrom(undefined, 'line'),
    }),
  },
  fc.record({ type: fc.constant('callback.entered' as const) }),
  fc.record({
    type: fc.constant('callback.returned' as const),
    error,
    isOwn: fc.boolean(),
    isPending: fc.boolean(),
  }),
  fc.record({
    type: fc.constant('transaction.ending' as const),
    as: fc.constantFrom('commit' as const, 'abort' as const),
    by,
    isPending: fc.boolean(),
  }),
  fc.record({ type: fc.constantFrom('transaction.committed' as const, 'transaction.aborted' as const), by }),
  {
    weight: 2,
    arbitrary: fc.record({ type: fc.constant('transaction.failed' as const), by, error: failure }),
  },
  fc.record({ type: fc.constant('cursor.opened' as const), operation }),
  fc.record({ type: fc.constant('scope.left' as const), scope: fc.constantFrom(7, 8) }),
  fc.record({ type: fc.constant('clock.ticked' as const) }),
  fc.record({
    type: fc.constant('session.ending' as const),
    by,
    inside: fc.boolean(),
    isPending: fc.boolean(),
  }),
  fc.record({ type: fc.constant('session.ended' as const), by }),
);
const program = fc.array(fc.tuple(step, fc.constantFrom(1, 20, 2_000_000)), { maxLength: 40, size: 'max' });

type OperationStep = typeof operation extends fc.Arbitrary<infer T> ? T : never;

type Steps = typeof program extends fc.Arbitrary<infer T> ? T : never;

/** The events of a program, possible or not: each with all fields that its type has. */
function eventsOf(steps: Steps): SessionGuardEvent[] {
  const operations: object[] = [];
  const base = { v: 1, client: 1, session: 1, site: {} } as const;
  const start = { ...base, type: 'session.started', at: 0, by: 'user', scope: 7, scopes: [7] } as const;
  let at = 0;
  const made = steps.map(([{ ...event }, laterMS]) => {
    at += laterMS;
    const operationOf = ({ isRetryable, ...what }: OperationStep) => {
      const one = { id: operations.length, command: 'insert', namespace: 'a.b', at, site: {}, quiet: false };
      // Only a command can be sent again, and not a call around commands.
      const retryable = isRetryable && what.kind === 'write';
      operations.push({ ...one, ...what, retryable });
      return operations.at(-1);
    };
    const more = {
      ...('operation' in event && { operation: operationOf(event.operation) }),
      ...('which' in event && { operation: operations.length - 1 - event.which }),
      ...('isPending' in event && { pending: event.isPending ? operations.slice(-1) : [] }),
      ...(event.type === 'callback.returned' && event.error && event.isOwn && { errorOf: operations.at(-1) }),
      ...(event.type === 'cursor.opened' && { cursor: String(at) }),
    };
    return { ...base, at, ...event, ...more };
  });
  return [start, ...made, { ...base, at, type: 'client.closed', cutOff: [] }] as SessionGuardEvent[];
}

const unset = { scopes: undefined, readPreference: undefined };
const work = {
  kind: 'write',
  inTransaction: true,
  isRetryable: false,
  unacknowledged: false,
  ...unset,
} as const;
const requested = {
  type: 'operation.requested',
  operation: work,
  foreign: false,
  attemptOver: false,
} as const;
const gone = { name: 'MongoServerError', code: 251, labels: [], reachedServer: true } as const;
const failed = { type: 'transaction.failed', by: 'user', error: gone } as const;

/** No driver sends more in a committed transaction, but the facts hold for all events. */
const afterCommit: Steps = [
  [
    { type: 'transaction.started', by: 'user', standalone: false, w: undefined, line: undefined, ...unset },
    1,
  ],
  [{ type: 'transaction.committed', by: 'user' }, 1],
  [requested, 1],
  [{ type: 'operation.settled', error: undefined, standalone: false, which: 0 }, 1],
  [failed, 2_000_000],
  [requested, 1],
  [failed, 1],
];

test('A handler that is not called for an event would have reported nothing: the reports are the same without facts.', () => {
  const seen = new Set<string | undefined>();
  fc.assert(
    fc.property(program, steps => {
      const [real, plain] = [new Observed(rules), new Observed(rules.map(unconditional))];
      for (const event of eventsOf(steps)) {
        real.play(event);
        plain.play(event);
      }
      expect(real.reports).toEqual(plain.reports);
      for (const report of real.reports) seen.add(report.split(' ')[0]);
    }),
    { numRuns: 400, examples: [[afterCommit]] },
  );
  // Most of what the facts are about is reached.
  const about = rules.filter(hasFacts).map(({ meta }) => meta.id);
  expect(about.filter(id => seen.has(id)).length).toBeGreaterThan(about.length / 2);
});

function hasFacts(rule: Rule): boolean {
  const nothing: Iterable<never> = [];
  const handlers = rule.create({
    options: rule.meta.defaults,
    report: () => undefined,
    sessionsOf: () => nothing,
    clients: () => nothing,
    placeOf: () => undefined,
    starvedMS: () => 0,
    ofProcess: make => make(),
    hasFinding: () => false,
  });
  const all: readonly (Handler<never> | object | undefined)[] = Object.values(handlers);
  return all.some(handler => typeof handler === 'object' && 'facts' in handler);
}

import type {
  Caller,
  ClientConfig,
  Operation,
  SessionGuardEvent,
  SessionStarted,
  Site,
} from '../../guard/events/events.ts';
import { awaitable, type SessionRecord } from '../../guard/events/record.ts';
import { RuleSet } from '../../guard/rules/engine/rule-set.ts';
import { EventPipeline } from '../../guard/events/event-pipeline.ts';
import { World } from '../../guard/events/world.ts';
import { siteAt } from '../../guard/trace/read-lines.ts';
import { type Token, tokenError, tracePlace } from './tokens.ts';

/** A running transaction runner. */
export interface Runner {
  readonly operation: Operation;
  /** The code that acts now: the user's callback, or the runner's own loop around it. */
  phase: 'loop' | 'callback';
  /** How often its callback was called. */
  attempts: number;
  /** The runner in whose callback this one was called, on the same session. */
  readonly outer: Runner | undefined;
}

/** A commit or an abort that is in flight. */
export interface Ending {
  readonly as: 'commit' | 'abort';
  readonly by: Caller;
  /** The call of it, unless it is none of the user's. */
  readonly operation: Operation | undefined;
}

/** One session of a trace. */
export interface Actor {
  readonly record: SessionRecord;
  readonly operations: Map<string, Operation>;
  /** When operations left the queue of their transaction, for operations that have waited in it. */
  readonly sent: Map<Operation, number>;
  runner: Runner | undefined;
  /** The oldest first. */
  readonly endings: Ending[];
}

/** The facts of a client from its connect word. */
export interface MadeClient {
  readonly config: ClientConfig;
  readonly madeAt: Site | undefined;
  sessionTimeoutMinutes: number;
}

const noRules = new RuleSet([], {
  onReport() {},
  sessionsOf: () => [],
  clients: () => [],
  placeOf: () => undefined,
  starvedMS: () => 0,
  kept: (_rule, make) => make(),
  onRuleFailed() {},
});

/** The state of a trace so far: the events, and their records, made by the real reducer. */
export class Story {
  readonly events: SessionGuardEvent[] = [];
  readonly closeSites = new Map<number, Site>();
  readonly clients = new Map<number, MadeClient>();
  now = 0;
  starvedMS = 0;
  readonly #pipeline = new EventPipeline(new World(), error => {
    throw error;
  });
  readonly #actors = new Map<string, Actor>();
  #operations = 0;
  #sessions = 0;

  base(token: Token, client = 1): { v: 1; at: number; client: number; site: Site | undefined } {
    return { v: 1, at: this.now, client, site: siteOf(token) };
  }

  /** The fields of every event of a session; without a site, which only some events have. */
  of(actor: Actor): { v: 1; at: number; client: number; session: number } {
    return { v: 1, at: this.now, client: actor.record.client, session: actor.record.id };
  }

  actor(token: Token): Actor {
    return this.named(token.session ?? 's1', token);
  }

  named(name: string, token: Token): Actor {
    const actor = this.#actors.get(name);
    if (actor === undefined) throw tokenError(token, `the session ${name} was not started.`);
    return actor;
  }

  actorsOf(client: number): Actor[] {
    return [...this.#actors.values()].filter(
      ({ record }) => record.client === client && record.phase !== 'ended',
    );
  }

  open(name: string, event: Omit<SessionStarted, 'session'>): void {
    this.#sessions += 1;
    const started = { ...event, session: this.#sessions };
    const record = this.#pipeline.open(started, noRules);
    this.events.push(started);
    const operations = new Map<string, Operation>();
    this.#actors.set(name, { record, operations, sent: new Map(), runner: undefined, endings: [] });
  }

  emit(event: SessionGuardEvent, actor?: Actor): void {
    this.events.push(event);
    if (event.type === 'scope.left') this.#pipeline.publishToWorld(event);
    else this.#pipeline.publish(event, noRules, actor?.record);
  }

  newOperation(operation: Omit<Operation, 'id' | 'at'>): Operation {
    this.#operations += 1;
    return { id: this.#operations, at: this.now, ...operation };
  }

  /** The operations that should have been awaited; without a runner if the call comes from inside its callback. */
  pending({ record, runner }: Actor, from: 'inside' | 'outside'): Operation[] {
    const left = runner?.phase === 'callback' && from === 'inside' ? runner.operation : undefined;
    return awaitable(record).filter(operation => operation !== left);
  }
}

/** A token's own place in the trace, or the place that it names; none for `@none`. */
export function siteOf(token: Token): Site | undefined {
  if (token.place === 'none') return undefined;
  return siteAt(token.place === undefined ? tracePlace(token) : `${token.place}:1:1`);
}

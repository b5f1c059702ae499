import type {
  Caller,
  ClientConfig,
  Operation,
  SessionGuardEvent,
  SessionStarted,
  Site,
} from '../session/events.ts';
import { awaitable, type SessionRecord } from '../session/record.ts';
import { Ruleset } from '../session/ruleset.ts';
import { Spine } from '../session/spine.ts';
import { World } from '../session/world.ts';
import { siteAt, tracePlace } from './places.ts';
import { type Token, tokenError } from './tokens.ts';

/** A running transaction helper. */
export interface Helper {
  readonly operation: Operation;
  /** Whose word it is: the user's callback, or the helper's own loop around it. */
  phase: 'loop' | 'callback';
}

/** One session of a trace. */
export interface Actor {
  readonly record: SessionRecord;
  readonly operations: Map<string, Operation>;
  /** When those that have waited in the queue of their transaction left it. */
  readonly sent: Map<Operation, number>;
  helper: Helper | undefined;
  /** A commit or an abort that is under way. */
  ending: { readonly operation: Operation; readonly by: Caller } | undefined;
}

/** What was said of a client when it connected. */
export interface MadeClient {
  readonly config: ClientConfig;
  readonly madeAt: Site | undefined;
  sessionTimeoutMinutes: number;
}

const noRules = new Ruleset([], {
  onReport() {},
  sessionsOf: () => [],
  clients: () => [],
  placeOf: () => undefined,
  starvedMS: () => 0,
  kept: (_rule, make) => make(),
  onRuleFailed() {},
});

/** What a trace has told so far: the events, and the records that they lead to, made by the real reducer. */
export class Story {
  readonly events: SessionGuardEvent[] = [];
  readonly closeSites = new Map<number, Site>();
  readonly clients = new Map<number, MadeClient>();
  now = 0;
  starvedMS = 0;
  readonly #spine = new Spine(new World(), error => {
    throw error;
  });
  readonly #actors = new Map<string, Actor>();
  #operations = 0;

  base(token: Token, client = 1): { v: 1; at: number; client: number; site: Site | undefined } {
    return { v: 1, at: this.now, client, site: siteOf(token) };
  }

  /** The fields that every event of a session has; without a site, which only some have. */
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
    const started = { ...event, session: this.#spineCount() };
    const record = this.#spine.open(started, noRules);
    this.events.push(started);
    const operations = new Map<string, Operation>();
    this.#actors.set(name, { record, operations, sent: new Map(), helper: undefined, ending: undefined });
  }

  tell(event: SessionGuardEvent, actor?: Actor): void {
    this.events.push(event);
    if (event.type === 'scope.left') this.#spine.publishToWorld(event);
    else this.#spine.publish(event, noRules, actor?.record);
  }

  newOperation(operation: Omit<Operation, 'id' | 'at'>): Operation {
    this.#operations += 1;
    return { id: this.#operations, at: this.now, ...operation };
  }

  /** What should have been awaited; a helper is left out where the call comes from inside its callback. */
  pending({ record, helper }: Actor, from: 'inside' | 'outside'): Operation[] {
    const left = helper?.phase === 'callback' && from === 'inside' ? helper.operation : undefined;
    return awaitable(record).filter(operation => operation !== left);
  }

  #spineCount(): number {
    return this.events.filter(event => event.type === 'session.started').length + 1;
  }
}

/** A token's own place in the trace, or the one that it names; none for `@none`. */
export function siteOf(token: Token): Site | undefined {
  if (token.place === 'none') return undefined;
  return siteAt(token.place === undefined ? tracePlace(token) : `${token.place}:1:1`);
}

import type { SessionGuardEvent, SessionStarted } from './events.ts';
import type { SessionRecord } from './record.ts';
import { openRecord, reduce, reduceWorld } from './reducer.ts';
import type { Ruleset } from './ruleset.ts';
import type { World } from './world.ts';

/** Sees every event, after the rules. */
export type EventSink = (event: SessionGuardEvent) => void;

/** The one way of an event: rules first (they see the record as it was), then the record, then the sinks. */
export class Spine {
  readonly world: World;
  readonly #sinks = new Set<EventSink>();
  readonly #onSinkFailed: (error: unknown) => void;

  constructor(world: World, onSinkFailed: (error: unknown) => void) {
    this.world = world;
    this.#onSinkFailed = onSinkFailed;
  }

  /** @returns a function that takes the sink off again. */
  addSink(sink: EventSink): () => void {
    this.#sinks.add(sink);
    return () => this.#sinks.delete(sink);
  }

  open(event: SessionStarted, rules: Ruleset): SessionRecord {
    const session = openRecord(event);
    this.world.sessions.set(session.id, session);
    this.publish(event, rules, session);
    return session;
  }

  publish(event: SessionGuardEvent, rules: Ruleset, session?: SessionRecord): void {
    rules.dispatch(event, session);
    if (session === undefined) reduceWorld(this.world, event);
    else reduce(session, event);
    if (event.type === 'session.ended') this.world.sessions.delete(event.session);
    if (this.#sinks.size > 0) this.#toSinks(event);
  }

  /** An event of no one client. */
  publishToWorld(event: SessionGuardEvent): void {
    reduceWorld(this.world, event);
    this.#toSinks(event);
  }

  #toSinks(event: SessionGuardEvent): void {
    for (const sink of this.#sinks) {
      try {
        sink(event);
      } catch (error) {
        this.#sinks.delete(sink);
        this.#onSinkFailed(error);
      }
    }
  }
}

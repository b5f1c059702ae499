import type { SessionGuardEvent, SessionStarted } from './events.ts';
import type { SessionRecord } from './record.ts';
import { openRecord, reduce, reduceWorld } from './reducer.ts';
import type { World } from './world.ts';

/** Gets every event, after the rules; an event of one session with the session's record as it is after the event. */
export type EventSink = (event: SessionGuardEvent, session?: SessionRecord) => void;

/** The rules of one client, which get an event before it changes the record. */
export interface EventReader {
  dispatch(event: SessionGuardEvent, session?: SessionRecord): void;
}

/** The path of every event: first the rules (they see the record before the event), then the record, then the sinks. */
export class EventPipeline {
  readonly world: World;
  readonly #sinks = new Set<EventSink>();
  readonly #onSinkFailed: (error: unknown) => void;

  constructor(world: World, onSinkFailed: (error: unknown) => void) {
    this.world = world;
    this.#onSinkFailed = onSinkFailed;
  }

  /** Somebody gets the events after the rules. */
  get hasSinks(): boolean {
    return this.#sinks.size > 0;
  }

  /** @returns a function that removes the sink. */
  addSink(sink: EventSink): () => void {
    this.#sinks.add(sink);
    return () => this.#sinks.delete(sink);
  }

  open(event: SessionStarted, rules: EventReader): SessionRecord {
    const session = openRecord(event);
    this.world.sessions.set(session.id, session);
    this.publish(event, rules, session);
    return session;
  }

  publish(event: SessionGuardEvent, rules: EventReader, session?: SessionRecord): void {
    rules.dispatch(event, session);
    if (session === undefined) reduceWorld(this.world, event);
    else reduce(session, event);
    if (event.type === 'session.ended') this.world.sessions.delete(event.session);
    if (this.hasSinks) this.#toSinks(event, session);
  }

  /** An event that does not belong to one client. */
  publishToWorld(event: SessionGuardEvent): void {
    reduceWorld(this.world, event);
    this.#toSinks(event);
  }

  #toSinks(event: SessionGuardEvent, session?: SessionRecord): void {
    for (const sink of this.#sinks) {
      try {
        sink(event, session);
      } catch (error) {
        this.#sinks.delete(sink);
        this.#onSinkFailed(error);
      }
    }
  }
}

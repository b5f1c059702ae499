import { ClientRecords } from './client-records.ts';
import type { SessionRecord } from './record.ts';

/** The open sessions of all observed clients, and those clients. */
export class World {
  readonly clients = new ClientRecords();
  readonly sessions = new Map<number, SessionRecord>();

  /** State of rules that is shared by all clients, by the id of the rule. */
  readonly #kept = new Map<string, object>();

  /** @param make is called for the first client */
  kept<T extends object>(rule: string, make: () => T): T {
    const known = this.#kept.get(rule) as T | undefined;
    if (known !== undefined) return known;
    const made = make();
    this.#kept.set(rule, made);
    return made;
  }

  *ofClient(client: number): Generator<SessionRecord> {
    for (const session of this.sessions.values()) if (session.client === client) yield session;
  }
}

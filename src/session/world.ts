import { ClientRecords } from './client-records.ts';
import type { SessionRecord } from './record.ts';

/** The sessions that are open now, over all observed clients, and those clients. */
export class World {
  readonly clients = new ClientRecords();
  readonly sessions = new Map<number, SessionRecord>();

  *ofClient(client: number): Generator<SessionRecord> {
    for (const session of this.sessions.values()) if (session.client === client) yield session;
  }
}

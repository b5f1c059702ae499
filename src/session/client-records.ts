import type { ClientClosing, ClientConnecting, SessionGuardEvent, Site } from './events.ts';

/** What is known of one client. */
export interface ClientRecord {
  /** Another one when the client is adopted later. */
  id: number;
  /** Equal for clients of the same deployment with the same options. */
  readonly kin: number;
  readonly madeAtMS: number;
  readonly site?: Site | undefined;
  /** The requests or jobs that it was made in, innermost first. */
  readonly scopes?: readonly number[] | undefined;
  readonly underTest: boolean;
  connectedAtMS?: number | undefined;
  /** When its close was called last, unless it has connected again. */
  closingAtMS?: number | undefined;
  closedAtMS?: number | undefined;
  /** Closed in the request or job that it was made in. */
  passing: boolean;
}

/** A program that makes a client for each request makes them without end: no more are kept. */
const most = 500;

/** How long one that was closed is kept, in milliseconds. */
const keptMS = 600_000;

/** The clients of this process that have begun to connect: those that are open, and the latest that are not. */
export class ClientRecords {
  readonly #records = new Map<number, ClientRecord>();

  get(id: number): ClientRecord | undefined {
    return this.#records.get(id);
  }

  all(): Iterable<ClientRecord> {
    return this.#records.values();
  }

  /** The client has another guard from here on. */
  rename(from: number, to: number): void {
    const record = this.#records.get(from);
    if (record === undefined) return;
    this.#records.delete(from);
    record.id = to;
    this.#records.set(to, record);
  }

  reduce(event: SessionGuardEvent): void {
    if (event.type === 'client.connecting') return this.#add(event);
    const record = this.#records.get(event.client);
    if (record === undefined) return;
    if (event.type === 'client.connected') {
      record.connectedAtMS ??= event.at;
      record.closingAtMS = undefined;
      record.closedAtMS = undefined;
    } else if (event.type === 'client.closing') {
      record.closingAtMS = event.at;
      record.passing ||= isMadeAndClosedIn(record, event);
    } else if (event.type === 'client.closed') record.closedAtMS = event.at;
  }

  #add({ client, kin, madeAtMS, site, scopes, underTest, at }: ClientConnecting): void {
    for (const { id, closedAtMS } of this.#records.values()) {
      const old = closedAtMS !== undefined && at - closedAtMS > keptMS;
      if (old || this.#records.size >= most) this.#records.delete(id);
    }
    this.#records.set(client, { id: client, kin, madeAtMS, site, scopes, underTest, passing: false });
  }
}

/** True if a client is closed in the innermost request or job that it was made in. */
export function isMadeAndClosedIn({ scopes }: ClientRecord, closing: ClientClosing): boolean {
  const [made] = scopes ?? [];
  return made !== undefined && closing.scopes?.includes(made) === true;
}

import type { ClientClosing, ClientConnecting, SessionGuardEvent, Site } from './events.ts';

/** The state of one client. */
export interface ClientRecord {
  /** It changes when the client is adopted later. */
  id: number;
  /** Equal for clients of the same deployment with the same options. */
  readonly deploymentKey: number;
  readonly madeAtMS: number;
  readonly site?: Site | undefined;
  /** The requests or jobs in which it was created, innermost first. */
  readonly scopes?: readonly number[] | undefined;
  readonly underTest: boolean;
  connectedAtMS?: number | undefined;
  /** When it was closed last, unless it has connected again. */
  closingAtMS?: number | undefined;
  closedAtMS?: number | undefined;
  /** Closed in the request or job in which it was created. */
  passing: boolean;
}

/** The most clients that are kept: a program that creates a client for each request never stops. */
const most = 500;

/** How long a closed client is kept, in milliseconds. */
const keptMS = 600_000;

/** The clients of this process that have begun to connect: the open ones, and the latest closed ones. */
export class ClientRecords {
  readonly #records = new Map<number, ClientRecord>();

  get(id: number): ClientRecord | undefined {
    return this.#records.get(id);
  }

  all(): Iterable<ClientRecord> {
    return this.#records.values();
  }

  /** The client has another guard from now on. */
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

  #add({ client, deploymentKey, madeAtMS, site, scopes, underTest, at }: ClientConnecting): void {
    for (const { id, closedAtMS } of this.#records.values()) {
      const old = closedAtMS !== undefined && at - closedAtMS > keptMS;
      if (old || this.#records.size >= most) this.#records.delete(id);
    }
    this.#records.set(client, {
      id: client,
      deploymentKey,
      madeAtMS,
      site,
      scopes,
      underTest,
      passing: false,
    });
  }
}

/** True if a client is closed in the innermost request or job in which it was created. */
export function isMadeAndClosedIn({ scopes }: ClientRecord, closing: ClientClosing): boolean {
  const [made] = scopes ?? [];
  return made !== undefined && closing.scopes?.includes(made) === true;
}

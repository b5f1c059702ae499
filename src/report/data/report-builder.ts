import type { EventOf, SessionGuardEvent } from '../../guard/events/events.ts';
import type { RequestContext } from '../../guard/events/request-context.ts';
import type { ReadLine } from '../../guard/trace/read-lines.ts';
import type { FindingLine } from '../../guard/trace/trace-line.ts';
import { FindingGroups } from './finding-groups.ts';
import type { FindingGroup, PoolWait, ReportData, RequestRow, Totals } from './report-data.ts';
import { SessionBuilder } from './session-builder.ts';

export interface BuilderLimits {
  /** How many sessions are kept; those with findings stay longest. */
  readonly sessions: number;
  /** How many operations, transactions and findings of one session are listed. */
  readonly perSession: number;
  readonly waits: number;
}

const standard: BuilderLimits = { sessions: 20_000, perSession: 1000, waits: 2000 };

/** Builds a report from the lines of traces, one after another; `data` can be asked for at any time. */
export class ReportBuilder {
  readonly #limits: BuilderLimits;
  readonly #totals: Totals = {
    sessions: 0,
    transactions: 0,
    committed: 0,
    aborted: 0,
    failed: 0,
    unknown: 0,
    retries: 0,
    operations: 0,
    failedOperations: 0,
  };
  readonly #findings = new FindingGroups();
  readonly #requests = new Map<string, { readonly row: RequestRow; readonly context: RequestContext }>();
  readonly #sessions = new Map<string, SessionBuilder>();
  readonly #waits: PoolWait[] = [];
  /** What is added to the monotonic clock of a process. */
  readonly #offsets = new Map<string, number>();
  readonly #changed = new Set<string>();
  #hasChanged = false;
  /** How many may be known before those that are not needed are forgotten. */
  #mostRequests: number;
  #start: number | undefined;
  #end = 0;
  #lost = 0;
  #omitted = 0;

  /** @param start milliseconds since 1970; by default the time of the first line */
  constructor(limits: Partial<BuilderLimits> = {}, start?: number) {
    this.#start = start;
    this.#limits = { ...standard, ...limits };
    this.#mostRequests = 2 * this.#limits.sessions;
  }

  add(line: ReadLine): void {
    const at = line.kind === 'event' ? line.event.at : line.line.at;
    const now = this.#clockOf(line.process, line.time, at)(at);
    this.#end = Math.max(this.#end, now);
    this.#hasChanged = true;
    if (line.kind === 'event') return this.#onEvent(line.process, line.event, now);
    const { process, line: extra } = line;
    if (extra.type === 'trace.lost') this.#lost += extra.lines;
    if (extra.type === 'trace.finding') this.#onFinding(process, extra, now);
    if (extra.type === 'trace.request') this.#noteRequest(process, extra.scope, extra.request, undefined);
  }

  /** @param title what was run */
  data(title: string): ReportData {
    return this.#dataOf(title, [...this.#sessions.values()]);
  }

  /** The same with the sessions alone that have changed since the last call. */
  changes(title: string): ReportData {
    const sessions = [...this.#changed].flatMap(key => this.#sessions.get(key) ?? []);
    this.#changed.clear();
    this.#hasChanged = false;
    return this.#dataOf(title, sessions);
  }

  /** Something was added since the last call of `changes`; a finding need not belong to a session. */
  get hasChanged(): boolean {
    return this.#hasChanged;
  }

  #dataOf(title: string, sessions: readonly SessionBuilder[]): ReportData {
    const asked = new Set(sessions.map(({ row }) => row.request));
    return {
      version: 1,
      title,
      start: this.#start ?? 0,
      end: this.#end,
      processes: this.#offsets.size,
      lost: this.#lost,
      totals: { ...this.#totals },
      findings: this.#findings.all().toSorted(byWeight),
      requests: [...this.#requests.values()].flatMap(({ row }) => (asked.has(row.key) ? [row] : [])),
      sessions: sessions.map(({ row }) => row),
      omitted: this.#omitted,
      waits: this.#waits,
    };
  }

  #clockOf(process: string, time: number | undefined, at: number): (at: number) => number {
    if (this.#start === undefined) this.#start = time ?? 0;
    const known = this.#offsets.get(process);
    const offset = known ?? (time === undefined ? 0 : time - this.#start) - at;
    if (known === undefined) this.#offsets.set(process, offset);
    return moment => Math.round((moment + offset) * 100) / 100;
  }

  #onEvent(process: string, event: SessionGuardEvent, now: number): void {
    if (event.type === 'scope.left') {
      if (event.request !== undefined) this.#noteRequest(process, event.scope, event.request, now);
      return;
    }
    if (event.type === 'pool.waited') return this.#waited(process, event, now);
    if (event.type === 'session.started') this.#begin(process, event);
    if (!('session' in event)) return;
    const key = `${process}:${event.session}`;
    const session = this.#sessions.get(key);
    if (session === undefined) return;
    this.#changed.add(key);
    if ('operation' in event && typeof event.operation === 'object')
      this.#belong(session, process, event.operation.scopes);
    session.add(event);
  }

  #begin(process: string, event: EventOf<'session.started'>): void {
    const offset = this.#offsets.get(process) ?? 0;
    const clock = (at: number) => Math.round((at + offset) * 100) / 100;
    const key = `${process}:${event.session}`;
    const session = new SessionBuilder(key, process, event, clock, {
      totals: this.#totals,
      most: this.#limits.perSession,
    });
    this.#belong(session, process, event.scopes);
    this.#sessions.set(key, session);
    if (this.#sessions.size > this.#limits.sessions) this.#omit();
  }

  #belong({ row }: SessionBuilder, process: string, scopes: readonly number[] | undefined): void {
    const [scope] = scopes ?? [];
    if (scope !== undefined) row.request ??= `${process}:${scope}`;
  }

  /** The oldest session that has ended without a finding; if there is none, the oldest. */
  #omit(): void {
    let oldest: string | undefined;
    for (const [key, session] of this.#sessions) {
      oldest ??= key;
      if (session.hasFindings || session.row.endedAt === undefined) continue;
      oldest = key;
      break;
    }
    if (oldest === undefined) return;
    this.#sessions.delete(oldest);
    this.#changed.delete(oldest);
    this.#omitted += 1;
  }

  #waited(process: string, { waitedMS, timedOut }: EventOf<'pool.waited'>, now: number): void {
    this.#waits.push({ process, at: now - waitedMS, ms: waitedMS, timedOut });
    if (this.#waits.length > this.#limits.waits) this.#waits.shift();
  }

  #onFinding(process: string, line: FindingLine, now: number): void {
    const session = line.session === undefined ? undefined : this.#sessions.get(`${process}:${line.session}`);
    const request = this.#requests.get(session?.row.request ?? '')?.context;
    const group = this.#findings.add(process, line, now, request);
    if (group === undefined || session === undefined) return;
    const { operation } = line;
    session.mark({ finding: group.key, at: now, ...(operation !== undefined && { operation }) });
    this.#changed.add(session.row.key);
  }

  #noteRequest(process: string, scope: number, context: RequestContext, endedAt: number | undefined): void {
    const key = `${process}:${scope}`;
    const known = this.#requests.get(key);
    // A request that has used no session is not shown.
    if (known === undefined && endedAt !== undefined) return;
    const { id, method, route, startedAt } = context;
    const row = {
      key,
      process,
      at: startedAt - (this.#start ?? 0),
      ...(id !== undefined && { id }),
      ...(method !== undefined && { method }),
      ...(route !== undefined && { route }),
      ...(endedAt !== undefined && { endedAt }),
    };
    this.#requests.set(key, { row, context });
    if (this.#requests.size > this.#mostRequests) this.#forgetRequests();
  }

  /** Requests that have ended, and that no session is shown with. It looks at all of them, so it does so seldom. */
  #forgetRequests(): void {
    const shown = new Set([...this.#sessions.values()].map(({ row }) => row.request));
    for (const [key, { row }] of this.#requests)
      if (row.endedAt !== undefined && !shown.has(key)) this.#requests.delete(key);
    this.#mostRequests = this.#requests.size + this.#limits.sessions;
  }
}

const weights = { correctness: 0, suspicious: 1, performance: 2, config: 3 };

/** What is certainly wrong comes first, then what happens most often. */
function byWeight(one: FindingGroup, other: FindingGroup): number {
  return (
    weights[one.category] - weights[other.category] || other.count - one.count || one.first - other.first
  );
}

import type { EventOf, SessionGuardEvent } from '../../guard/events/events.ts';
import type { RequestContext } from '../../guard/events/request-context.ts';
import type { ReadLine } from '../../guard/trace/read-lines.ts';
import type { FindingLine } from '../../guard/trace/trace-line.ts';
import { placeText } from '../../guard/stack/place.ts';
import { byWeight } from './by-weight.ts';
import { FindingGroups } from './finding-groups.ts';
import type { PoolWait, ReportData, Totals } from './report-data.ts';
import { Requests } from './requests.ts';
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
    waits: 0,
    longestWaitMS: 0,
  };
  readonly #findings = new FindingGroups();
  readonly #requests: Requests;
  readonly #sessions = new Map<string, SessionBuilder>();
  readonly #waits: { readonly row: PoolWait; readonly changedAt: number }[] = [];
  /** What is added to the monotonic clock of a process. */
  readonly #offsets = new Map<string, number>();
  #revision = 0;
  #start: number | undefined;
  #end = 0;
  #lost = 0;
  #omitted = 0;

  /** @param start milliseconds since 1970; by default the time of the first line */
  constructor(limits: Partial<BuilderLimits> = {}, start?: number) {
    this.#start = start;
    this.#limits = { ...standard, ...limits };
    this.#requests = new Requests(this.#limits.sessions);
  }

  /** How many lines were added. */
  get revision(): number {
    return this.#revision;
  }

  add(line: ReadLine): void {
    const at = line.kind === 'event' ? line.event.at : line.line.at;
    const now = this.#clockOf(line.process, line.time, at)(at);
    this.#end = Math.max(this.#end, now);
    this.#revision += 1;
    if (line.kind === 'event') return this.#onEvent(line.process, line.event, now);
    const { process, line: extra } = line;
    if (extra.type === 'trace.lost') this.#lost += extra.lines;
    if (extra.type === 'trace.finding') this.#onFinding(process, extra, now);
    if (extra.type === 'trace.request') this.#noteRequest(process, extra.scope, extra.request);
  }

  /**
   * @param title what was run
   * @param since a revision: sessions, requests, findings and waits that have not changed after it are left out
   */
  data(title: string, since = -1): ReportData {
    const sessions = [...this.#sessions.values()].filter(({ changedAt }) => changedAt > since);
    const asked = new Set(sessions.map(({ row }) => row.request));
    return {
      version: 1,
      revision: this.#revision,
      title,
      start: this.#start ?? 0,
      end: this.#end,
      processes: this.#offsets.size,
      lost: this.#lost,
      totals: { ...this.#totals },
      findings: this.#findings.changedAfter(since).toSorted(byWeight),
      requests: this.#requests.changedAfter(since, asked),
      sessions: sessions.map(({ row }) => row),
      omitted: this.#omitted,
      waits: this.#waits.flatMap(({ row, changedAt }) => (changedAt > since ? [row] : [])),
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
    session.changedAt = this.#revision;
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
    session.changedAt = this.#revision;
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
    this.#omitted += 1;
  }

  #waited(process: string, { waitedMS, timedOut, site }: EventOf<'pool.waited'>, now: number): void {
    const place = placeText(site);
    const row = {
      process,
      at: now - waitedMS,
      ms: waitedMS,
      timedOut,
      ...(place !== undefined && { place }),
    };
    this.#totals.waits += 1;
    this.#totals.longestWaitMS = Math.max(this.#totals.longestWaitMS, waitedMS);
    this.#waits.push({ row, changedAt: this.#revision });
    if (this.#waits.length > this.#limits.waits) this.#waits.shift();
  }

  #onFinding(process: string, line: FindingLine, now: number): void {
    const session = line.session === undefined ? undefined : this.#sessions.get(`${process}:${line.session}`);
    const request = this.#requests.contextOf(session?.row.request);
    const occasion = { at: now, request, session, revision: this.#revision };
    const group = this.#findings.add(process, line, occasion);
    if (group === undefined || session === undefined) return;
    const { operation } = line;
    session.mark({ finding: group.key, at: now, ...(operation !== undefined && { operation }) });
    session.changedAt = this.#revision;
  }

  #noteRequest(process: string, scope: number, context: RequestContext, endedAt?: number): void {
    const at = context.startedAt - (this.#start ?? 0);
    const isFull = this.#requests.note(process, scope, context, { at, endedAt, revision: this.#revision });
    if (isFull) this.#requests.forget(new Set([...this.#sessions.values()].map(({ row }) => row.request)));
  }
}

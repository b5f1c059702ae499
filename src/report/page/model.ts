import { byWeight } from '../data/by-weight.ts';
import { compareFindings, type Comparison } from '../data/compare.ts';
import type {
  EarlierRun,
  FindingGroup,
  PoolWait,
  ReportData,
  RequestRow,
  SessionRow,
  Totals,
} from '../data/report-data.ts';

/** How many waits for a connection are kept. */
const mostWaits = 2000;

/** The report as the page holds it: live, parts of it arrive again and again. */
export class Model {
  title = '';
  revision = 0;
  start = 0;
  end = 0;
  processes = 0;
  lost = 0;
  omitted = 0;
  totals: Totals;
  /** Certain faults come first. */
  findings: readonly FindingGroup[] = [];
  readonly waits: PoolWait[] = [];
  /** The run that this one is compared with, and what has changed. */
  readonly against: EarlierRun | undefined;
  comparison: Comparison | undefined;
  readonly #findings = new Map<string, FindingGroup>();
  readonly requests = new Map<string, RequestRow>();
  readonly sessions = new Map<string, SessionRow>();
  /** How many sessions are kept; of a live report the oldest are dropped. */
  readonly #most: number;

  constructor(data: ReportData, most: number) {
    this.#most = most;
    this.totals = data.totals;
    this.against = data.against;
    this.merge(data);
  }

  /** A part has the sessions, requests, findings and waits alone that are new or have changed. */
  merge(data: ReportData): void {
    const { title, revision, start, end, processes, lost, omitted, totals } = data;
    Object.assign(this, { title, revision, start, end, processes, lost, omitted, totals });
    for (const finding of data.findings) this.#findings.set(finding.key, finding);
    if (data.findings.length > 0) this.findings = [...this.#findings.values()].toSorted(byWeight);
    if (this.against !== undefined) this.comparison = compareFindings(this.findings, this.against.findings);
    this.waits.push(...data.waits);
    this.waits.splice(0, this.waits.length - mostWaits);
    for (const request of data.requests) this.requests.set(request.key, request);
    for (const session of data.sessions) this.sessions.set(session.key, session);
    for (const [key, { request }] of this.sessions) {
      if (this.sessions.size <= this.#most) return;
      this.sessions.delete(key);
      if (request !== undefined) this.requests.delete(request);
    }
  }

  requestOf({ request }: SessionRow): RequestRow | undefined {
    return request === undefined ? undefined : this.requests.get(request);
  }

  /** Of the run before. */
  goneOf(key: string): FindingGroup | undefined {
    return this.comparison?.gone.find(finding => finding.key === key);
  }

  findingOf(key: string): FindingGroup | undefined {
    return this.#findings.get(key);
  }
}

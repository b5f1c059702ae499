import type {
  FindingGroup,
  PoolWait,
  ReportData,
  RequestRow,
  SessionRow,
  Totals,
} from '../data/report-data.ts';

/** The report as the page holds it: live, parts of it arrive again and again. */
export class Model {
  title = '';
  start = 0;
  end = 0;
  processes = 0;
  lost = 0;
  omitted = 0;
  totals: Totals;
  findings: readonly FindingGroup[] = [];
  waits: readonly PoolWait[] = [];
  readonly requests = new Map<string, RequestRow>();
  readonly sessions = new Map<string, SessionRow>();
  /** How many sessions are kept; of a live report the oldest are dropped. */
  readonly #most: number;

  constructor(data: ReportData, most: number) {
    this.#most = most;
    this.totals = data.totals;
    this.merge(data);
  }

  merge(data: ReportData): void {
    const { title, start, end, processes, lost, omitted, totals, findings, waits } = data;
    Object.assign(this, { title, start, end, processes, lost, omitted, totals, findings, waits });
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

  findingOf(key: string): FindingGroup | undefined {
    return this.findings.find(finding => finding.key === key);
  }
}

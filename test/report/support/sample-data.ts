import type { FindingGroup, ReportData, SessionRow } from '../../../src/report/data/report-data.ts';

/** What would run, or break out of its element, if the page put it in as markup. */
export const markup = '</script><img src=x onerror="document.title=1"><b>bold</b>';

export function finding(more: Partial<FindingGroup> = {}): FindingGroup {
  return {
    key: 'f1',
    rule: 'use-after-end',
    category: 'correctness',
    severity: 'warn',
    message: `find on shop.users used a session that had already ended. ${markup}`,
    fix: 'Use the session before its end.',
    docs: 'docs/rules/use-after-end.md',
    place: '/app/users.js:14:5',
    codeFrame: '  13 | await session.endSession();\n> 14 | users.findOne({}, { session });\n     | ^',
    calledFrom: [],
    count: 3,
    first: 10,
    last: 900,
    times: [10, 500, 900],
    routes: { 'GET /users/:id': 3 },
    ...more,
  };
}

/** One session of a request, with a transaction of two attempts. */
export function session(number: number, more: Partial<SessionRow> = {}): SessionRow {
  const at = number * 10;
  return {
    key: `1:${number}`,
    process: '1',
    number,
    request: `1:${number}`,
    at,
    endedAt: at + 9,
    place: '/app/orders.js:8:3',
    transactions: [
      {
        byHand: false,
        at: at + 1,
        endedAt: at + 8,
        outcome: 'committed',
        name: 'place-order',
        attempts: [
          { at: at + 1, endedAt: at + 3, reason: 'MongoServerError (WriteConflict)' },
          { at: at + 4, endedAt: at + 8 },
        ],
      },
    ],
    operations: [
      {
        number: number * 2,
        command: 'insert',
        namespace: 'shop.orders',
        at: at + 1,
        endedAt: at + 2,
        inTransaction: true,
        error: 'MongoServerError (WriteConflict)',
      },
      {
        number: number * 2 + 1,
        command: 'update',
        namespace: number % 2 === 0 ? 'shop.stock' : 'shop.log',
        at: at + 4,
        sentAt: at + 5,
        endedAt: at + 7,
        inTransaction: true,
      },
    ],
    moreOperations: 0,
    marks: [],
    ...more,
  };
}

/** A report with so many sessions; each hundredth has a finding. */
export function sampleData(sessions: number, more: Partial<ReportData> = {}): ReportData {
  const rows = Array.from({ length: sessions }, (_, index) =>
    session(index + 1, index % 100 === 0 ? { marks: [{ finding: 'f1', at: (index + 1) * 10 + 5 }] } : {}),
  );
  return {
    version: 1,
    revision: sessions,
    title: `node app.js ${markup}`,
    start: Date.UTC(2026, 10, 29, 12),
    end: sessions * 10 + 10,
    processes: 1,
    lost: 0,
    totals: {
      sessions,
      transactions: sessions,
      committed: sessions,
      aborted: 0,
      failed: 0,
      unknown: 0,
      retries: sessions,
      operations: sessions * 2,
      failedOperations: sessions,
      waits: 0,
      longestWaitMS: 0,
    },
    findings: [finding()],
    requests: rows.map(({ number, at }) => ({
      key: `1:${number}`,
      process: '1',
      id: String(number),
      method: 'POST',
      route: number % 3 === 0 ? '/orders' : '/carts/:id',
      at,
      endedAt: at + 9,
    })),
    sessions: rows,
    omitted: 0,
    waits: [],
    ...more,
  };
}

import type { IncomingMessage, ServerResponse } from 'node:http';
import { checkOptions, type OptionChecks } from '../../platform/options/check-options.ts';
import { aBoolean, aString, checkFor } from '../../platform/options/checks.ts';
import { pagePolicy, reportPage } from '../../report/report-page.ts';
import { accessWith } from './access.ts';
import { onStopBegins } from '../stop/stop-begins.ts';
import { LiveReport } from './live-report.ts';

export interface DashboardOptions {
  /** Who gives it may read: at least 16 characters, which nobody can guess. A browser asks for it as a password. */
  readonly token: string;
  /**
   * Also where `NODE_ENV` is `production`.
   * @default false
   */
  readonly production?: boolean | undefined;
  /**
   * The name of the service, at the top of the page.
   * @default 'live'
   */
  readonly title?: string | undefined;
}

/** A handler of requests: for Node's `http`, for `app.use` of Express and NestJS, and with `request.raw` for Fastify. */
export interface Dashboard {
  (request: IncomingMessage, response: ServerResponse, next?: (error?: unknown) => void): void;
  /**
   * Ends the recording, and the connections of those who watch; nobody can watch from then on. `gracefulStop` calls it. The
   * `close` of a server ends the connections too, within a second.
   */
  close(): void;
}

/** How many can watch at once. */
const mostViewers = 20;

/** The address of the events, from the page's own. The page adds what it has: `?events=<start>.<revision>`. */
const events = '?events';
const asked = /\?events(?:=([\d.]+))?$/;

const checks: OptionChecks<DashboardOptions> = {
  token: checkFor(
    'a text of 16 characters or more',
    value => typeof value === 'string' && value.length >= 16,
  ),
  production: aBoolean,
  title: aString,
};

/**
 * Serves the report of this process, from now on and live. Nobody can read it without the token. Where `NODE_ENV` is
 * `production` it records nothing, and answers 404, unless `production` is true.
 * @example
 * ```ts
 * import { createServer } from 'node:http';
 * import { dashboard } from 'session-guard/dashboard';
 *
 * const live = dashboard({ token: 'correct-horse-battery', title: 'shop' });
 * const server = createServer(live); // server.listen(9229, '127.0.0.1')
 *
 * live.close(); // when the service stops
 * server.close();
 * ```
 * @throws SessionGuardError for an option that cannot work
 */
export function dashboard(options: DashboardOptions): Dashboard {
  const {
    token,
    production = false,
    title = 'live',
  } = checkOptions<DashboardOptions>(options, 'dashboard', checks, { required: ['token'] });
  if (process.env['NODE_ENV'] === 'production' && !production) return Object.assign(notThere, { close() {} });
  const mayRead = accessWith(token);
  const report = new LiveReport(title);
  const handle: Dashboard = (request, response) => {
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    if (!mayRead(request)) return refuse(response, 401, 'The token is missing or wrong.');
    if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(response, 405, 'Only GET.');
    const wanted = asked.exec(request.url ?? '');
    if (wanted === null) return sendPage(request, response, report);
    if (report.isClosed) return refuse(response, 503, 'The recording has ended.');
    if (report.viewers >= mostViewers) return refuse(response, 503, 'Too many are watching.');
    // Its connection is of no use to others, and the close of the server need not wait for it to be idle.
    if (request.httpVersionMajor < 2) response.setHeader('connection', 'close');
    // Nginx would collect the events before it hands them on.
    response.writeHead(200, { 'content-type': 'text/event-stream', 'x-accel-buffering': 'no' });
    if (request.method === 'HEAD') response.end();
    else report.send(response, String(request.headers['last-event-id'] ?? wanted[1] ?? ''));
  };
  const off = onStopBegins(() => report.close());
  handle.close = () => {
    off();
    report.close();
  };
  return handle;
}

function notThere(
  _request: IncomingMessage,
  response: ServerResponse,
  next?: (error?: unknown) => void,
): void {
  if (next === undefined) refuse(response, 404, 'Not found.');
  else next();
}

/** Nothing of the answers may be kept, framed, or read by another site. */
const headers = {
  'cache-control': 'no-store',
  'content-security-policy': `${pagePolicy(true)}; frame-ancestors 'none'`,
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};

function refuse(response: ServerResponse, code: number, text: string): void {
  if (code === 401) response.setHeader('www-authenticate', 'Basic realm="session-guard", charset="UTF-8"');
  response.writeHead(code, { 'content-type': 'text/plain; charset=utf-8' });
  response.end(`${text}\n`);
}

function sendPage(request: IncomingMessage, response: ServerResponse, report: LiveReport): void {
  response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' });
  response.end(request.method === 'HEAD' ? '' : reportPage(report.data(), { events }));
}

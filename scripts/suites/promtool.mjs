// @ts-check
// node scripts/servers/with-servers.mjs mongodb -- node scripts/suites/promtool.mjs [promtool]
// Checks what prom-client prints of our metrics, and the queries of the Grafana dashboard, by the rules of Prometheus' promtool,
// after npm run build.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Registry } from 'prom-client';
import { ConnectionManager } from 'session-guard';
import { collectMetrics } from 'session-guard/prometheus';

const [promtool = 'promtool'] = process.argv.slice(2);
const uri = process.env['MONGODB_URI'];
if (uri === undefined) {
  console.error('usage: MONGODB_URI=… node scripts/suites/promtool.mjs [path of promtool]');
  process.exit(2);
}

/** A sample of each metric. @param {string} at */
async function metricsOf(at) {
  const registry = new Registry();
  const mongo = new ConnectionManager(at, { console: false });
  const stop = collectMetrics(registry, mongo);
  const orders = mongo.db('promtool').collection('orders');
  mongo.startSession();
  await mongo.withTxn(session => orders.insertOne({ n: 1 }, { session }), {
    name: 'place order',
    serializeBy: 'one',
  });
  await mongo.withTxn(async session => void orders.findOne({}, { session }), { name: 'not awaited' });
  await mongo.withTxn(() => Promise.reject(new RangeError('no'))).catch(() => undefined);
  await orders
    .find({ $bad: 1 })
    .toArray()
    .catch(() => undefined);
  const text = await registry.metrics();
  stop();
  await mongo.close();
  return text;
}

/** The queries as rules, which promtool can read: without the variables of Grafana. JSON is YAML, too. */
function rulesOf() {
  /** @type {{ panels: { targets: { expr: string }[] }[] }} */
  const { panels } = JSON.parse(readFileSync('docs/prometheus-dashboard.json', 'utf8'));
  const queries = panels.flatMap(({ targets }) => targets.map(({ expr }) => expr));
  const rules = queries.map((query, index) => ({
    record: `dashboard:query_${index + 1}`,
    expr: query.replaceAll('$__rate_interval', '5m').replaceAll('$__range', '1h').replaceAll('$job', '.*'),
  }));
  return JSON.stringify({ groups: [{ name: 'dashboard', rules }] });
}

/**
 * @param {string} what
 * @param {readonly string[]} args
 * @param {string} [input]
 */
function check(what, args, input) {
  const { status, stdout, stderr, error } = spawnSync(promtool, args, { input, encoding: 'utf8' });
  if (error !== undefined)
    throw new Error(`${promtool} cannot be run: it is in Debian's package prometheus.`, { cause: error });
  const said = `${stdout}${stderr}`.trim();
  console.log(`${status === 0 ? 'ok' : 'FAILED'} ${what}${said === '' ? '' : `\n${said}`}`);
  // It warns with code 3.
  if (status !== 0) process.exitCode = 1;
}

const folder = mkdtempSync(join(tmpdir(), 'session-guard-promtool-'));
try {
  const metrics = await metricsOf(uri);
  check(`${metrics.match(/^# TYPE/gm)?.length} metrics`, ['check', 'metrics'], metrics);
  const file = join(folder, 'rules.yml');
  writeFileSync(file, rulesOf());
  check('the queries of the dashboard', ['check', 'rules', file]);
} finally {
  rmSync(folder, { recursive: true });
}

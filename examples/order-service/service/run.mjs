// @ts-check
// Runs the service in a separate process, as a child of the demo: `run.mjs plain|guarded`.
import { once } from 'node:events';
import { createApp } from './app.mjs';

const [side, route, uri = '', dbName = '', guard = '{}'] = process.argv.slice(2);

/** @type {import('session-guard').Finding[]} */
const findings = [];
/** @type {Record<string, number>} */
const unhandled = {};

// As many services do it. Without this, the first forgotten `await` ends the process.
process.on('unhandledRejection', error => {
  const name = error instanceof Error ? error.name : String(error);
  unhandled[name] = (unhandled[name] ?? 0) + 1;
});
// Never outlives the demo.
process.on('disconnect', () => process.exit());
process.on('SIGINT', () => {});

const host = await createHost();
process.on('message', async order => {
  if (order === 'report') process.send?.({ findings, unhandled });
  // Aborts the transactions that are open on the server: they would hold their locks for a minute.
  else await host.close().finally(() => process.exit());
});
await host.client.connect();
const { default: routes } = await import(`../routes/${route}.mjs`);
const server = createApp(host, routes).listen(0, '127.0.0.1');
await once(server, 'listening');
process.send?.(server.address());

/** @param {import('session-guard').Finding} finding */
function noteFinding(finding) {
  findings.push(finding);
}

async function createHost() {
  if (side === 'plain') {
    const { plainHost } = await import('./plain-host.mjs');
    return plainHost({ uri, dbName });
  }
  const { guardedHost } = await import('./guarded-host.mjs');
  return guardedHost({ uri, dbName }, { ...JSON.parse(guard), onFinding: noteFinding });
}

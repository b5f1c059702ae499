// @ts-check
// node examples/order-service/demo.mjs [--requests 200]
// Ten classic mistakes in an order service: their harm with the plain driver, and with session-guard.
// DEMO_CLIENT_TIMEOUT_MS: how long a client waits for its answer, 5000 by default; a slow machine needs more.
import { parseArgs } from 'node:util';
import { MongoClient } from 'mongodb';
import { cases } from './demo/cases/index.mjs';
import { compare } from './demo/compare.mjs';
import { printHead } from './demo/print-head.mjs';
import { printTable } from './demo/print-table.mjs';
import { withServer } from './demo/server.mjs';
import { makeTraceFolder, writeReport } from './demo/trace-folder.mjs';

const DEFAULT_REQUESTS = '200';
const { values } = parseArgs({ options: { requests: { type: 'string', default: DEFAULT_REQUESTS } } });
const count = Number(values.requests);
if (!(Number.isInteger(count) && count >= 10)) {
  console.error('--requests takes a whole number, 10 or more.');
  process.exit(2);
}

try {
  process.exitCode = (await withServer(run)) ? 0 : 1;
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

/**
 * @param {string} uri
 * @returns {Promise<boolean>} whether the guarded side held everything
 */
async function run(uri) {
  const auditor = new MongoClient(uri);
  const traces = makeTraceFolder();
  try {
    await printHead(auditor, count, cases.length);
    const rows = [];
    for (const [index, example] of cases.entries()) {
      rows.push(await compare(example, index + 1, { auditor, uri, count }));
    }
    printTable(rows);
    console.log(`\nWhat session-guard saw, on one page:\n  ${await writeReport(traces)}`);
    return rows.every(({ wrong }) => wrong.length === 0);
  } finally {
    await auditor.close();
  }
}

// @ts-check
import { writeFileSync } from 'node:fs';
import { startReplicaSet } from '../scripts/servers/mongodb/replica-set.mjs';
import { loadInstalled, prepareCopies } from './drivers.mjs';

/** @typedef {Awaited<ReturnType<typeof startReplicaSet>>} ReplicaSet */

/**
 * Measures on a replica set of its own, prints the report, and writes the chart and the rows where they are wanted.
 *
 * @template Row
 * @param {object} what
 * @param {number} what.members
 * @param {(server: ReplicaSet, looker: import('mongodb').MongoClient) => AsyncIterable<Row>} what.measure
 *   `looker` is a client that is no side of the comparison
 * @param {(rows: readonly Row[]) => string} what.report
 * @param {(rows: readonly Row[]) => string} what.chart
 * @param {{ svg?: string | undefined, json?: string | undefined }} files
 */
export async function measureOnReplicaSet({ members, measure, report, chart }, { svg, json }) {
  prepareCopies();
  const server = await startReplicaSet({ members });
  const looker = new (loadInstalled().driver.MongoClient)(server.uri);
  /** @type {Row[]} */
  const rows = [];
  try {
    for await (const row of measure(server, looker)) {
      rows.push(row);
      process.stderr.write('.');
    }
  } finally {
    await looker.close();
    await server.stop();
  }
  process.stderr.write('\n');
  console.log(report(rows));
  if (svg !== undefined) writeFileSync(svg, chart(rows));
  if (json !== undefined) writeFileSync(json, JSON.stringify(rows));
}

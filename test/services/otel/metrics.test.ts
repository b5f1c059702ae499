import { metrics } from '@opentelemetry/api';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import { expect, test } from 'vitest';
import { measureMongo } from '../../../src/services/otel/index.ts';
import { drivers } from '../../real/support/drivers.ts';
import { silenceWarnings } from '../../real/support/silent-warnings.ts';
import { replicaSetUri } from '../../setup/servers.ts';

silenceWarnings();

const exporter = new InMemoryMetricExporter(AggregationTemporality.DELTA);
const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 });
metrics.setGlobalMeterProvider(new MeterProvider({ readers: [reader] }));

interface Point {
  readonly attributes: object;
  readonly value: number | { readonly count: number };
}

/** What was measured since the last call, by name: how often, or by how much, for each set of attributes. */
async function measured(): Promise<Readonly<Record<string, readonly (readonly [object, number])[]>>> {
  exporter.reset();
  await reader.forceFlush();
  const found = exporter
    .getMetrics()
    .flatMap(({ scopeMetrics }) => scopeMetrics.flatMap(scope => scope.metrics));
  return Object.fromEntries(
    found.map(({ descriptor, dataPoints }) => [
      descriptor.name,
      (dataPoints as readonly Point[]).map(({ attributes, value }) => [
        attributes,
        typeof value === 'number' ? value : value.count,
      ]),
    ]),
  );
}

test.each(drivers)(
  '$name: operations and pools are measured by the conventions, the rest with our prefix',
  async driver => {
    const stop = measureMongo();
    const mongo = driver.manage(replicaSetUri(), {}, {});
    const things = mongo.db('otel-metrics').collection('things');
    await mongo.withTxn(
      async session => {
        void things.findOne({}, { session });
      },
      { name: 'read' },
    );
    await expect(things.find({ $bad: 1 }).toArray()).rejects.toThrow();
    const found = await measured();
    const operation = {
      'db.system.name': 'mongodb',
      'db.operation.name': 'find',
      'db.namespace': 'otel-metrics',
      'db.collection.name': 'things',
    };
    expect(found['db.client.operation.duration']).toEqual([
      [operation, 1],
      [{ 'db.system.name': 'mongodb', 'db.operation.name': 'commitTransaction', 'db.namespace': 'admin' }, 1],
      [{ ...operation, 'error.type': '2' }, 1],
    ]);
    const pool = {
      'db.system.name': 'mongodb',
      'db.client.connection.pool.name': expect.stringMatching(/:\d+$/),
    };
    expect(found['db.client.connection.count']).toEqual([
      [{ ...pool, 'db.client.connection.state': 'idle' }, 1],
      [{ ...pool, 'db.client.connection.state': 'used' }, 0],
    ]);
    expect(found['db.client.connection.use_time']).toEqual([[pool, expect.any(Number)]]);
    expect(found['db.client.connection.pending_requests']).toEqual([[pool, 0]]);
    expect(found['session_guard.sessions.open']).toEqual([[{}, 0]]);
    const name = { 'session_guard.transaction.name': 'read' };
    expect(found['session_guard.transaction.duration']).toEqual([
      [{ ...name, 'session_guard.outcome': 'committed' }, 1],
    ]);
    expect(found['session_guard.transaction.attempts']).toEqual([[name, 1]]);
    expect(found['session_guard.wait.duration']).toEqual([[{ 'session_guard.wait.for': 'drain' }, 1]]);
    expect(found['session_guard.findings']).toContainEqual([
      { 'session_guard.finding.rule': 'unawaited-operation', 'session_guard.finding.severity': 'warn' },
      1,
    ]);
    await mongo.close();
    stop();
    await measured();
  },
);

import { EventEmitter } from 'node:events';
import type { MongoClient } from 'mongodb';
import { expect, test } from 'vitest';
import { BoundedLabel } from '../../src/services/metrics/bounded-label.ts';
import type { Measures } from '../../src/services/metrics/measures.ts';
import { measurePools } from '../../src/services/metrics/pool-meter.ts';

test('the end of a measurement takes out its counts, once', () => {
  const counts = { idle: 0, used: 0, pending: 0 };
  const measures = {
    connections: (_pool: string, state: 'idle' | 'used', by: number) => void (counts[state] += by),
    pending: (_pool: string, by: number) => void (counts.pending += by),
  } as unknown as Measures;
  const client = new EventEmitter();
  const stop = measurePools(client as unknown as MongoClient, measures, new BoundedLabel(100));
  const address = '127.0.0.1:27017';
  client.emit('connectionReady', { address, connectionId: 1 });
  client.emit('connectionReady', { address, connectionId: 2 });
  client.emit('connectionCheckedOut', { address, connectionId: 2 });
  client.emit('connectionCheckOutStarted', { address });
  client.emit('connectionCheckOutStarted', { address });
  expect(counts).toEqual({ idle: 1, used: 1, pending: 2 });
  stop();
  expect(counts).toEqual({ idle: 0, used: 0, pending: 0 });
  stop();
  expect(counts).toEqual({ idle: 0, used: 0, pending: 0 });
});

test('servers whose addresses change are no more values than the label may have, and each connection is counted once', () => {
  const counts = new Map<string, number>();
  const measures = {
    connections: (pool: string, _state: string, by: number) => counts.set(pool, (counts.get(pool) ?? 0) + by),
  } as unknown as Measures;
  const client = new EventEmitter();
  const stop = measurePools(client as unknown as MongoClient, measures, new BoundedLabel(2));
  for (let n = 0; n < 5; n += 1)
    client.emit('connectionReady', { address: `10.0.0.${n}:27017`, connectionId: 1 });
  expect([...counts]).toEqual([
    ['10.0.0.0:27017', 1],
    ['10.0.0.1:27017', 1],
    ['other', 3],
  ]);
  client.emit('connectionClosed', { address: '10.0.0.4:27017', connectionId: 1 });
  expect(counts.get('other')).toBe(2);
  stop();
  expect([...counts.values()]).toEqual([0, 0, 0]);
});

test('a long text is cut, so that a name of a transaction cannot fill the memory', () => {
  const label = new BoundedLabel(100);
  expect(label.of('x'.repeat(1_000_000))).toBe(`${'x'.repeat(199)}…`);
  expect(label.of('x'.repeat(200))).toBe('x'.repeat(200));
});

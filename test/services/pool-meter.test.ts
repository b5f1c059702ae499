import { EventEmitter } from 'node:events';
import type { MongoClient } from 'mongodb';
import { expect, test } from 'vitest';
import type { Measures } from '../../src/services/metrics/measures.ts';
import { measurePools } from '../../src/services/metrics/pool-meter.ts';

test('the end of a measurement takes out what was counted, once', () => {
  const counts = { idle: 0, used: 0, pending: 0 };
  const measures = {
    connections: (_pool: string, state: 'idle' | 'used', by: number) => void (counts[state] += by),
    pending: (_pool: string, by: number) => void (counts.pending += by),
  } as unknown as Measures;
  const client = new EventEmitter();
  const stop = measurePools(client as unknown as MongoClient, measures);
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

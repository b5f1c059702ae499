import type { MongoClient } from 'mongodb';
import { Registry, register } from 'prom-client';
import { expectTypeOf, it } from 'vitest';
import { type ConnectionManager, trackWork } from '../../src/index.ts';
import { measureMongo, setTracing, traceMongo } from '../../src/services/otel/index.ts';
import { collectMetrics } from '../../src/services/prometheus/index.ts';

declare const manager: ConnectionManager;
declare const client: MongoClient;

it('tracing has the options of the specification', () => {
  expectTypeOf(traceMongo()).toEqualTypeOf<() => void>();
  expectTypeOf(measureMongo()).toEqualTypeOf<() => void>();
  traceMongo({ enabled: undefined, queryTextMaxLength: 100 });
  // @ts-expect-error there is no such option
  traceMongo({ queryText: true });
});

it('a manager or a client has tracing of its own', () => {
  setTracing(manager, { enabled: false });
  setTracing(client, { queryTextMaxLength: 0 });
  // @ts-expect-error neither
  setTracing('client', {});
});

it('a registry collects of one manager, several, or the process', () => {
  expectTypeOf(collectMetrics(new Registry())).toEqualTypeOf<() => void>();
  collectMetrics(register, manager);
  collectMetrics(register, [manager, manager]);
  // @ts-expect-error a client has no manager
  collectMetrics(register, client);
});

it('a tracker has what it wants to follow', () => {
  trackWork({ operation: ({ name, collection }) => ({ ended: () => `${name} ${collection ?? ''}` }) });
  trackWork({ transaction: () => ({ ended: ({ outcome }) => expectTypeOf(outcome).not.toBeAny() }) });
  trackWork({
    finding: ({ rule }, { client: of }) => expectTypeOf(of).toEqualTypeOf<MongoClient | undefined>() ?? rule,
  });
  // @ts-expect-error a track has to hear of the end
  trackWork({ operation: () => ({}) });
});

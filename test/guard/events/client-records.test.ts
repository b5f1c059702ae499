import { expect, test } from 'vitest';
import type { ClientClosing, ClientConfig, ClientConnecting } from '../../../src/guard/events/events.ts';
import { ClientRecords } from '../../../src/guard/events/client-records.ts';

const config: ClientConfig = {
  socketTimeoutMS: 0,
  serverSelectionTimeoutMS: 30_000,
  waitQueueTimeoutMS: 0,
  maxPoolSize: 100,
  minPoolSize: 0,
  maxIdleTimeMS: 0,
  retryWrites: true,
};

function connecting(client: number, more: Partial<ClientConnecting> = {}): ClientConnecting {
  const base = {
    v: 1,
    type: 'client.connecting',
    at: 0,
    madeAtMS: 0,
    deploymentKey: 1,
    underTest: false,
  } as const;
  return { ...base, client, config, ...more };
}

function closing(client: number, scopes?: readonly number[]): ClientClosing {
  const work = { operations: [], callbacks: 0, fromInside: false };
  return { v: 1, type: 'client.closing', at: 2, client, work, scopes };
}

test('A client has a record from when it begins to connect, with when it connected and closed.', () => {
  const records = new ClientRecords();
  records.reduce({ v: 1, type: 'client.connected', at: 1, client: 1 });
  expect(records.get(1)).toBeUndefined();
  records.reduce(connecting(1));
  records.reduce({ v: 1, type: 'client.connected', at: 1, client: 1 });
  records.reduce({ v: 1, type: 'client.closed', at: 2, client: 1, cutOff: [], afterMS: 0 });
  expect(records.get(1)).toMatchObject({ connectedAtMS: 1, closedAtMS: 2, passing: false });
  records.reduce({ v: 1, type: 'client.connected', at: 3, client: 1 });
  expect(records.get(1)).toMatchObject({ connectedAtMS: 1, closedAtMS: undefined });
});

test('What a client is used for does not close it.', () => {
  const records = new ClientRecords();
  records.reduce(connecting(1));
  records.reduce({ v: 1, type: 'client.used', at: 1, client: 1, use: 'operation', config });
  expect(records.get(1)?.closedAtMS).toBeUndefined();
});

test('A client is passing if it is closed in the innermost request that it was made in.', () => {
  const records = new ClientRecords();
  for (const client of [1, 2, 3]) records.reduce(connecting(client, { scopes: [5, 4] }));
  records.reduce(closing(1, [6, 5, 4]));
  records.reduce(closing(2, [4]));
  records.reduce(closing(3));
  expect([1, 2, 3].map(client => records.get(client)?.passing)).toEqual([true, false, false]);
});

test('A client that is adopted later keeps its record under its new number.', () => {
  const records = new ClientRecords();
  records.reduce(connecting(1, { deploymentKey: 7 }));
  records.rename(1, 9);
  records.rename(2, 10);
  expect(records.get(1)).toBeUndefined();
  expect([...records.all()]).toMatchObject([{ id: 9, deploymentKey: 7 }]);
});

test('Clients that were closed long ago are forgotten, and of those that are made without end the oldest.', () => {
  const records = new ClientRecords();
  records.reduce(connecting(1));
  records.reduce({ v: 1, type: 'client.closed', at: 5, client: 1, cutOff: [], afterMS: 0 });
  records.reduce(connecting(2, { at: 600_005 }));
  expect([...records.all()]).toMatchObject([{ id: 1 }, { id: 2 }]);
  records.reduce(connecting(3, { at: 600_006 }));
  expect([...records.all()]).toMatchObject([{ id: 2 }, { id: 3 }]);
  for (let client = 4; client < 2000; client += 1) records.reduce(connecting(client, { at: 600_006 }));
  expect([...records.all()]).toHaveLength(500);
  expect(records.get(1999)).toBeDefined();
});

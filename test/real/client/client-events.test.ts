import { expect, onTestFinished } from 'vitest';
import { ConnectionManager } from '../../../src/index.ts';
import { shared } from '../../../src/guard/runtime/process/shared-state.ts';
import type { SessionGuardEvent } from '../../../src/guard/events/events.ts';
import { standaloneUri } from '../../setup/servers.ts';
import { observedApp } from '../support/observed.ts';
import { onEachDriver } from '../support/on-each-driver.ts';

function clientEvents(): SessionGuardEvent[] {
  const events: SessionGuardEvent[] = [];
  const off = shared.pipeline.addSink(event => {
    if (event.type.startsWith('client.')) events.push(event);
  });
  onTestFinished(off);
  return events;
}

const typesOf = (events: readonly SessionGuardEvent[]) => events.map(({ type }) => type);

onEachDriver(
  'a client connects once, however many ask for it, and says how long sessions last',
  async driver => {
    const { open, db } = await observedApp(driver);
    const events = clientEvents();
    const client = open();
    expect(events).toEqual([]);
    await Promise.all([client.connect(), client.connect(), client.db(db).collection('items').findOne()]);
    await client.connect();
    expect(events).toMatchObject([
      { type: 'client.connecting', config: { maxPoolSize: 100, retryWrites: true } },
      { type: 'client.connected', sessionTimeoutMinutes: 30 },
    ]);
    await client.close();
    await client.connect();
    expect(typesOf(events.slice(2))).toEqual(['client.closing', 'client.closed', 'client.connected']);
  },
);

onEachDriver('a standalone server says it too', async driver => {
  const { open } = await observedApp(driver, standaloneUri());
  const events = clientEvents();
  await open().connect();
  expect(events.at(-1)).toMatchObject({ type: 'client.connected', sessionTimeoutMinutes: 30 });
});

onEachDriver(
  'a client that is adopted after it has connected gets its `client.connected` event',
  async driver => {
    const { open } = await observedApp(driver);
    const client = await open().connect();
    const events = clientEvents();
    ConnectionManager.adopt(client, { console: false });
    expect(events).toMatchObject([{ type: 'client.connected', sessionTimeoutMinutes: 30 }]);
  },
);

onEachDriver(
  'clients with the same deployment and options have the same key, and the key shows neither',
  async driver => {
    const { uri, open } = await observedApp(driver);
    const events = clientEvents();
    for (const options of [{}, {}, { maxPoolSize: 7 }, { appName: 'other' }]) await open(options).connect();
    const [first, same, size, name] = events.flatMap(event =>
      event.type === 'client.connecting' ? [event.deploymentKey] : [],
    );
    expect(same).toBe(first);
    expect(new Set([first, size, name]).size).toBe(3);
    expect(JSON.stringify(events)).not.toContain(new URL(uri).host.split(',')[0]);
  },
);

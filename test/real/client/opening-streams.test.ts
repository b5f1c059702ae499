import { expect } from 'vitest';
import { failCommand } from '../support/fail-point.ts';
import { fixture, type Fixture } from '../support/fixture.ts';
import type { Driver } from '../support/drivers.ts';
import { onEachDriver } from '../support/on-each-driver.ts';
import { ownReplicaSet } from '../support/own-server.ts';
import { leaving } from '../support/side.ts';
import { letWordsGo } from '../support/words/hold-words.ts';

// There is no word for a change stream that is closed before it is open.
letWordsGo();

const uri = ownReplicaSet();

/** The server answers the first aggregation late, and the client has sent it. */
async function opening(driver: Driver) {
  const prepared: Fixture = await fixture(driver, { uri: uri() });
  const { admin, appName, guarded } = prepared;
  const slow = { failCommands: ['aggregate'], blockConnection: true, blockTimeMS: 300 };
  await failCommand(admin, appName, { times: 1 }, slow);
  const session = guarded.client.startSession();
  const sent = leaving(guarded, 'aggregate');
  const stream = guarded.items.watch([{ $match: { operationType: 'insert' } }], { session });
  stream.on('change', () => undefined).on('error', () => undefined);
  await sent;
  return { ...prepared, session, stream };
}

onEachDriver(
  'a change stream with `on` that is closed while its first aggregation is in flight makes no finding',
  async driver => {
    const { manager, findings, session, stream } = await opening(driver);
    await stream.close();
    await session.endSession();
    expect(manager.stats()).toMatchObject({ sessionsOpen: 0, operationsInFlight: 0 });
    await manager.close();
    expect(findings).toEqual([]);
  },
);

onEachDriver(
  'a change stream with `on` that is not closed while its first aggregation is in flight is found',
  async driver => {
    const { findings, session, stream } = await opening(driver);
    await session.endSession();
    expect(findings.map(({ rule }) => rule)).toEqual(['unawaited-operation']);
    await stream.close();
  },
);

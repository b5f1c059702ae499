import { describe, expect, onTestFinished, test } from 'vitest';
import { startReplicaSet } from '../../../scripts/servers/mongodb/replica-set.mjs';
import { type Finding, gracefulStop } from '../../../src/index.ts';
import { drivers } from '../support/drivers.ts';
import { letWordsGo } from '../support/words/hold-words.ts';

letWordsGo();

/** Longer than the test: nothing that waits for a primary comes to an end. */
const waits = { serverSelectionTimeoutMS: 600_000 };

describe.each(drivers)('$name', driver => {
  test('without a primary a manager is live and not ready, its probes are no work, and it closes at once', async () => {
    const server = await startReplicaSet();
    onTestFinished(() => server.stop());
    const findings: Finding[] = [];
    const manager = driver.manage(server.uri, waits, {
      console: false,
      rules: { 'config-server-selection': 'off' },
      onFinding: finding => findings.push(finding),
    });
    // The driver sends the session of this insert to the server when it closes.
    await manager.db().collection('orders').insertOne({});
    expect(await manager.health({ timeoutMS: 60_000 })).toEqual({ live: true, ready: true });
    await manager.db('admin').command({ replSetStepDown: 600, force: true });
    const seen = async () => (await manager.health()).reason;
    await expect.poll(seen).toBe('no answer');
    for (let probe = 0; probe < 20; probe += 1)
      expect(await manager.health({ timeoutMS: 1 })).toMatchObject({ live: true, reason: 'no answer' });
    const sessions = Reflect.get(Reflect.get(manager.client, 's'), 'activeSessions');
    expect(sessions.size).toBeLessThan(5);
    const stop = gracefulStop(null, manager, { signals: [], graceMS: 600_000 });
    expect(await stop()).toMatchObject({ cut: [], code: 0 });
    expect(findings).toEqual([]);
  });
});

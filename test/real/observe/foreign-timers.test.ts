import { afterEach, expect, vi } from 'vitest';
import { fixture } from '../support/fixture.ts';
import { onEachDriver } from '../support/on-each-driver.ts';

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

onEachDriver('a session that is started under fake timers leaves none of them behind', async driver => {
  const { manager } = await fixture(driver);
  await manager.connect();
  vi.useFakeTimers({ toFake: ['setInterval', 'setTimeout', 'performance'] });
  const session = manager.client.startSession();
  const left = vi.getTimerCount();
  vi.useRealTimers();
  await session.endSession();
  expect(left).toBe(0);
});

onEachDriver('time that a fake clock skips has not passed for the rules', async driver => {
  const { manager, guarded, findings } = await fixture(driver);
  const session = manager.client.startSession();
  session.startTransaction();
  await guarded.items.insertOne({ _id: 'a' }, { session });
  vi.useFakeTimers({ toFake: ['performance', 'Date'] });
  vi.advanceTimersByTime(3_600_000);
  vi.useRealTimers();
  await session.commitTransaction();
  await session.endSession();
  expect(findings).toEqual([]);
});

onEachDriver('sessions are started and closed where timers are the numbers of a browser', async driver => {
  const { manager, guarded } = await fixture(driver);
  await manager.connect();
  vi.stubGlobal('setInterval', () => 1);
  const session = manager.client.startSession();
  vi.unstubAllGlobals();
  await guarded.items.insertOne({ _id: 'a' }, { session });
  await session.endSession();
  expect(await guarded.items.countDocuments()).toBe(1);
});

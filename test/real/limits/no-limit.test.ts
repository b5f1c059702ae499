import { setTimeout as sleep } from 'node:timers/promises';
import type { ClientSession } from 'mongodb';
import { expect } from 'vitest';
import { fixture } from '../support/fixture.ts';
import { onEachDriver } from '../support/on-each-driver.ts';

onEachDriver('`timeoutMS: Infinity`, or more than a timer of Node can wait, is no limit', async driver => {
  const { guarded, manager } = await fixture(driver);
  const insert = (_id: string) => async (session: ClientSession) => {
    await sleep(20);
    await guarded.items.insertOne({ _id }, { session });
  };
  await manager.withTxn(insert('a'), { timeoutMS: Infinity });
  await manager.withTxn(insert('b'), { timeoutMS: 2 ** 31 });
  expect(await guarded.ids()).toEqual(['a', 'b']);
});

import { expect } from 'vitest';
import { failCommand } from '../support/fail-point.ts';
import { fixture } from '../support/fixture.ts';
import { onEachDriver } from '../support/on-each-driver.ts';
import { ownReplicaSet } from '../support/own-server.ts';
import type { Side } from '../support/side.ts';

const uri = ownReplicaSet();

onEachDriver('an overloaded server is asked as often as without the guard', async driver => {
  // Driver 6 does not know the option, and asks once.
  const client = driver.name === 'driver 7' ? { maxAdaptiveRetries: 5 } : {};
  const { admin, appName, plain, guarded } = await fixture(driver, { uri: uri(), client });
  const asked = async ({ items, sent }: Side) => {
    const errorLabels = ['SystemOverloadedError', 'RetryableError'];
    await failCommand(admin, appName, { times: 4 }, { failCommands: ['find'], errorCode: 462, errorLabels });
    const outcome = await items.findOne({ _id: 'a' }).catch((error: Error) => error.name);
    return { outcome, sent: sent.map(({ name }) => name) };
  };
  expect(await asked(guarded)).toEqual(await asked(plain));
});

import { expect, onTestFinished, test } from 'vitest';
import { trackWork } from '../../../src/index.ts';
import { followOperation } from '../../../src/guard/driver/operation/track-operation.ts';
import { asDriverClient } from '../../../src/guard/manager/client/driver-views.ts';
import { replicaSetUri } from '../../setup/servers.ts';
import { drivers } from '../support/drivers.ts';

const bug = new Error('thrown before anything was sent');

/** What a tracker hears of an operation for which the driver throws instead of returning a promise. */
function heardOf(driver: (typeof drivers)[number], rest: unknown[], proceed: (rest: unknown[]) => unknown) {
  const mongo = driver.manage(replicaSetUri(), {}, {});
  onTestFinished(() => mongo.close());
  const heard: unknown[] = [];
  onTestFinished(trackWork({ operation: () => ({ ended: failure => void heard.push(failure?.error) }) }));
  const call = () => followOperation(asDriverClient(mongo.client), { commandName: 'ping' }, rest, proceed);
  return { heard, call };
}

test.each(drivers)('$name: an operation for which the driver throws has ended for its trackers', driver => {
  const { heard, call } = heardOf(driver, [], () => {
    throw bug;
  });
  expect(call).toThrow(bug);
  expect(heard).toEqual([bug]);
});

test.each(drivers)('$name: it ends once, also if its callback was called before', driver => {
  const { heard, call } = heardOf(driver, [() => undefined], ([callback]) => {
    (callback as (error: unknown) => void)(undefined);
    throw bug;
  });
  expect(call).toThrow(bug);
  expect(heard).toEqual([undefined]);
});

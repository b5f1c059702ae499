import type { ClientSession } from 'mongodb';
import { expect } from 'vitest';
import { onFinding, type Finding } from '../../../src/index.ts';
import { standaloneUri } from '../../setup/servers.ts';
import type { Driver } from '../support/drivers.ts';
import { fixture } from '../support/fixture.ts';
import { foundIn, misusesIn } from '../support/found.ts';
import { onEachDriver } from '../support/on-each-driver.ts';
import { failureOf, messageOf } from '../support/outcome.ts';
import type { Side } from '../support/side.ts';

const misuse = misusesIn(import.meta.filename);
const wrongAdvice = /retryable writes|Transaction numbers/;
const ours = { code: 'ERR_SESSION_GUARD_TRANSACTIONS_UNSUPPORTED', rule: 'transactions-unsupported' };

const standalone = (driver: Driver) => fixture(driver, { uri: standaloneUri() });

async function transaction({ client, items }: Side) {
  const session = client.startSession();
  session.startTransaction(); // misuse: by hand
  const insert = await failureOf(items.insertOne({ _id: 'a' }, { session }));
  await failureOf(session.abortTransaction());
  await session.endSession();
  return insert;
}

onEachDriver(
  'a transaction on a standalone server gets wrong advice; with us it is refused before anything is sent',
  async driver => {
    const { plain, guarded, findings } = await standalone(driver);
    expect(messageOf(await transaction(plain))).toMatch(wrongAdvice);

    await guarded.client.connect();
    expect(await failureOf(transaction(guarded))).toMatchObject(ours);
    expect(guarded.sent).toEqual([]);
    expect(foundIn(findings)).toEqual([misuse('transactions-unsupported', 'by hand')]);
  },
);

onEachDriver(
  '`withTxn` on a manager that has not connected yet is refused before anything is sent',
  async driver => {
    const { manager, guarded, findings } = await standalone(driver);
    let calls = 0;
    const call = manager.withTxn(async () => void (calls += 1)); // misuse: withTxn
    expect(await failureOf(call)).toMatchObject(ours);
    expect([calls, guarded.sent]).toEqual([0, []]);
    expect(foundIn(findings)).toEqual([misuse('transactions-unsupported', 'withTxn')]);
  },
);

onEachDriver(
  'a transaction begun before the first connect is reported by its first operation',
  async driver => {
    const { guarded, findings } = await standalone(driver);
    expect(messageOf(await transaction(guarded))).toMatch(wrongAdvice);
    expect(foundIn(findings)).toEqual([misuse('transactions-unsupported', 'by hand')]);
  },
);

// A finding of an unmanaged client is made once per place over the whole process: so each driver has a line of its own.
const start = {
  'driver 7': (session: ClientSession) => session.startTransaction(), // misuse: unmanaged driver 7
  'driver 6': (session: ClientSession) => session.startTransaction(), // misuse: unmanaged driver 6
};

onEachDriver('a client without a manager is reported too, and not changed', async driver => {
  const { client, items } = (await standalone(driver)).plain;
  const findings: Finding[] = [];
  const off = onFinding(finding => void findings.push(finding));
  await client.connect();
  const session = client.startSession();
  start[driver.name](session);
  expect(messageOf(await failureOf(items.insertOne({ _id: 'a' }, { session })))).toMatch(wrongAdvice);
  await failureOf(session.abortTransaction());
  await session.endSession();
  off();
  expect(foundIn(findings)).toEqual([misuse('transactions-unsupported', `unmanaged ${driver.name}`)]);
});

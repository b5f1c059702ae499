import { describe, expect, test } from 'vitest';
import { onFinding, type Finding } from '../../src/index.ts';
import { standaloneUri } from '../setup/servers.ts';
import { drivers } from './support/drivers.ts';
import { fixture } from './support/fixture.ts';
import { foundIn, misusesIn } from './support/found.ts';
import { failureOf, messageOf } from './support/outcome.ts';
import type { Side } from './support/side.ts';

const misuse = misusesIn(import.meta.filename);
const ours = { code: 'ERR_SESSION_GUARD_TRANSACTIONS_UNSUPPORTED', rule: 'transactions-unsupported' };

describe.each(drivers)('$name', driver => {
  const standalone = () => fixture(driver, { uri: standaloneUri() });

  async function transaction({ client, items }: Side) {
    const session = client.startSession();
    session.startTransaction(); // misuse: by hand
    const insert = await failureOf(items.insertOne({ _id: 'a' }, { session }));
    await failureOf(session.abortTransaction());
    await session.endSession();
    return insert;
  }

  test('a transaction on a standalone server gets wrong advice; with us it is refused before anything is sent', async () => {
    const { plain, guarded, findings } = await standalone();
    expect(messageOf(await transaction(plain))).toMatch(/retryable writes|Transaction numbers/);

    await guarded.client.connect();
    expect(await failureOf(transaction(guarded))).toMatchObject(ours);
    expect(guarded.sent).toEqual([]);
    expect(foundIn(findings)).toEqual([misuse('transactions-unsupported', 'by hand')]);
  });

  test('`withTxn` on a manager that has not connected yet is refused before anything is sent', async () => {
    const { manager, guarded, findings } = await standalone();
    let calls = 0;
    const call = manager.withTxn(async () => void (calls += 1)); // misuse: withTxn
    expect(await failureOf(call)).toMatchObject(ours);
    expect([calls, guarded.sent]).toEqual([0, []]);
    expect(foundIn(findings)).toEqual([misuse('transactions-unsupported', 'withTxn')]);
  });

  test('a transaction begun before the first connect is reported by its first operation', async () => {
    const { guarded, findings } = await standalone();
    expect(messageOf(await transaction(guarded))).toMatch(/retryable writes|Transaction numbers/);
    expect(foundIn(findings)).toEqual([misuse('transactions-unsupported', 'by hand')]);
  });

  test('a client that nobody manages is reported too, and left as it is', async () => {
    const { plain } = await standalone();
    const findings: Finding[] = [];
    const off = onFinding(finding => void findings.push(finding));
    const program = async ({ client, items }: Side) => {
      await client.connect();
      const session = client.startSession();
      session.startTransaction(); // misuse: unmanaged
      const insert = await failureOf(items.insertOne({ _id: 'a' }, { session }));
      await failureOf(session.abortTransaction());
      await session.endSession();
      return insert;
    };
    expect(messageOf(await program(plain))).toMatch(/retryable writes|Transaction numbers/);
    off();
    expect(foundIn(findings)).toEqual(
      driver === drivers[0] ? [misuse('transactions-unsupported', 'unmanaged')] : expect.any(Array),
    );
  });
});

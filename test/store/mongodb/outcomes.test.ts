import { MongoClient } from 'mongodb';
import { describe, expect, onTestFinished, test } from 'vitest';
import { drivers } from '../../real/support/drivers.ts';
import { type FailCommand, failCommand } from '../../real/support/fail-point.ts';
import { failureOf } from '../../real/support/outcome.ts';
import { closeQuietly } from '../../real/support/side.ts';
import { ownReplicaSet } from '../../real/support/own-server.ts';
import { sessionsOn } from './support/sessions.ts';

const uri = ownReplicaSet();

const writes = ['insert', 'update', 'findAndModify'];
const down = { code: 11_600, errmsg: 'the server goes down' };

/** What a server may say of a write, and what is known then. */
const answers: readonly (readonly [what: string, outcome: 'not done' | 'unknown', how: FailCommand])[] = [
  ['NotWritablePrimary', 'not done', { failCommands: writes, errorCode: 10_107 }],
  ['Unauthorized', 'not done', { failCommands: writes, errorCode: 13 }],
  ['DocumentValidationFailure', 'not done', { failCommands: writes, errorCode: 121 }],
  ['InterruptedAtShutdown', 'unknown', { failCommands: writes, errorCode: 11_600 }],
  ['a broken connection', 'unknown', { failCommands: writes, closeConnection: true }],
  ['a write concern that failed', 'unknown', { failCommands: writes, writeConcernError: down }],
];

describe.each(drivers)('A write of MongoDB with $name', driver => {
  test.each(answers)('that ends with %s is %s.', async (what, outcome, how) => {
    const appName = `outcome ${driver.name} ${what}`;
    const { store } = await sessionsOn({ uri: uri(), driver, client: { appName, retryWrites: false } });
    const session = await store.create({ a: 1 }, { user: 'ann' });
    const admin = new MongoClient(uri());
    onTestFinished(() => closeQuietly(admin));
    await failCommand(admin, appName, 'alwaysOn', how);
    const calls = [store.create({}), store.patch(session, { a: 2 }), store.destroyAll('ann')];
    const failures = await Promise.all(calls.map(failureOf));
    expect(failures).toEqual(failures.map(() => expect.objectContaining({ outcome })));
  });
});

test('If the sweep is refused after the revocation mark was set, the outcome is unknown.', async () => {
  const appName = 'outcome half done';
  const { store } = await sessionsOn({ uri: uri(), client: { appName } });
  await store.create({}, { user: 'ann' });
  const admin = new MongoClient(uri());
  onTestFinished(() => closeQuietly(admin));
  await failCommand(admin, appName, { skip: 1 }, { failCommands: ['findAndModify'], errorCode: 13 });
  await expect(store.destroyAll('ann')).rejects.toMatchObject({ outcome: 'unknown' });
});

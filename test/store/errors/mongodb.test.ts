import { type Collection, MongoClient } from 'mongodb';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type SessionStore, sessionStore } from '../../../src/store/index.ts';
import { mongoBackend } from '../../../src/store/mongodb/index.ts';
import { type Driver, drivers } from '../../real/support/drivers.ts';
import { failCommand } from '../../real/support/fail-point.ts';
import { failureOf } from '../../real/support/outcome.ts';
import { closeQuietly } from '../../real/support/side.ts';
import { ownReplicaSet } from '../../real/support/own-server.ts';
import { startTcpProxy } from '../../support/tcp-proxy.ts';
import { collectionOf } from '../mongodb/support/sessions.ts';
import { createWith, type Data, expectNoData, failuresOf, newMarks, secretsOf } from './marks.ts';

const uri = ownReplicaSet();
const marks = newMarks();

function storeOn(collection: Collection): SessionStore<Data> {
  return sessionStore<Data>(mongoBackend(collection), { keys: { tag: [marks.key] }, timeoutMS: 60_000 });
}

function collectionWith({ lib }: Driver, appName = 'no data in errors'): Collection {
  return collectionOf(new lib.MongoClient(uri(), { appName }));
}

describe.each(drivers)('No error says anything of a session, with $name:', driver => {
  test('when a unique index of somebody else refuses its user, or its data', async () => {
    for (const field of ['u', 'd']) {
      const collection = collectionWith(driver);
      const store = storeOn(collection);
      const session = await createWith(store, marks);
      await collection.createIndex({ [field]: 1 }, { unique: true });
      expectNoData(await failuresOf(store, session, marks), secretsOf(marks, session), 1);
    }
  });

  test('when a validator refuses the document', async () => {
    const collection = collectionWith(driver);
    const store = storeOn(collection);
    const session = await createWith(store, marks);
    const validator = { $jsonSchema: { required: ['plum'], properties: { u: { enum: ['nobody'] } } } };
    // With strict validation the error of the server has the whole document.
    const { db } = collection as unknown as { db: { command(command: object): Promise<unknown> } };
    await db.command({ collMod: 'sessions', validator, validationLevel: 'strict' });
    const failures = await failuresOf(store, session, marks);
    expectNoData(
      failures,
      secretsOf(marks, session).filter(secret => secret !== 'plum'),
      4,
    );
  });

  test('when the server fails', async () => {
    const appName = `no data ${driver.name}`;
    const store = storeOn(collectionWith(driver, appName));
    const session = await createWith(store, marks);
    const commands = ['insert', 'find', 'aggregate', 'update', 'findAndModify'];
    const admin = new MongoClient(uri());
    onTestFinished(() => closeQuietly(admin));
    const off = await failCommand(admin, appName, 'alwaysOn', { failCommands: commands, errorCode: 8000 });
    const failures = await failuresOf(store, session, marks);
    await off();
    expectNoData(failures, secretsOf(marks, session), 12);
  });
});

describe.each(drivers)('Nor does one, with $name,', driver => {
  test('when the stored record has another form than the store writes', async () => {
    const collection = collectionWith(driver);
    const store = storeOn(collection);
    const session = await createWith(store, marks);
    await collection.updateMany({}, { $set: { h: 7, d: marks.value, x: marks.user } });
    expectNoData(await failuresOf(store, session, marks), secretsOf(marks, session), 4);
  });

  test('when the network refuses, and when the client is closed', async () => {
    const { hostname, port } = new URL(uri().replace('mongodb:', 'http:'));
    const proxy = await startTcpProxy(Number(port));
    const proxied = `mongodb://${hostname}:${proxy.port}/?directConnection=true`;
    const client = new driver.lib.MongoClient(proxied, { serverSelectionTimeoutMS: 1000 });
    onTestFinished(() => closeQuietly(client));
    const backend = mongoBackend(client.db('no_data').collection('sessions'));
    const options = { keys: { tag: [marks.key] }, setUp: false };
    const store = sessionStore<Data>(backend, { ...options, timeoutMS: 3000 });
    const patient = sessionStore<Data>(backend, { ...options, timeoutMS: 60_000 });
    await expect.poll(() => failureOf(patient.get('no id'))).toBeUndefined();
    const session = await createWith(patient, marks);
    await proxy.setMode('refuse');
    expectNoData(await failuresOf(store, session, marks), secretsOf(marks, session), 12);
    await closeQuietly(client);
    const failures = await failuresOf(store, session, marks);
    expectNoData(failures, secretsOf(marks, session), 12);
    expect(session.user).toBe(marks.user);
  });
});

import { randomBytes } from 'node:crypto';
import { MongoClient } from 'mongodb';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { mongoBackend } from '../../../src/store/mongodb/index.ts';
import { sessionStoreContract } from '../../../src/testing/store/index.ts';
import { drivers } from '../../real/support/drivers.ts';
import { replicaSetUri } from '../../setup/servers.ts';
import { ageMongo } from '../support/age.ts';
import { contractTimeoutMS, raceCount } from '../../support/race-count.ts';

/** The server decides them, not the driver. */
const races = { 'driver 7': raceCount(50), 'driver 6': 10 };

describe.each(drivers)('on $name', ({ lib, name: driver }) => {
  const database = `store_${randomBytes(6).toString('hex')}`;
  const clients: MongoClient[] = [];

  // Without the TTL index nothing is cleaned up: only the store decides what has ended.
  beforeAll(async () => {
    const client = new MongoClient(replicaSetUri());
    clients.push(client);
    await client.db(database).collection('sessions').createIndex({ t: 1, u: 1 });
  });

  afterAll(async () => {
    await clients[0]?.db(database).dropDatabase();
    await Promise.all(clients.map(client => client.close()));
  });

  const backend = () => {
    const client = new lib.MongoClient(replicaSetUri());
    clients.push(client);
    return mongoBackend(client.db(database).collection('sessions'));
  };

  const age = async (ms: number) => {
    const [client] = clients;
    if (client !== undefined) await ageMongo(client.db(database).collection('sessions'), ms);
  };

  for (const { title, run } of sessionStoreContract({ backend, races: races[driver], age }))
    test(title, run, contractTimeoutMS);
});

import { expect, test } from 'vitest';
import { traceMongo } from '../../../src/services/otel/index.ts';
import { ConnectionManager } from '../../../src/index.ts';
import { replicaSetUri } from '../../setup/servers.ts';

test('without an SDK nothing is followed, and the driver emits no events', async () => {
  const stop = traceMongo();
  const mongo = new ConnectionManager(replicaSetUri());
  const things = mongo.db('without-sdk').collection('things');
  await mongo.withTxn(session => things.findOne({}, { session }));
  expect(mongo.client.listenerCount('commandStarted')).toBe(0);
  expect(mongo.client.options.monitorCommands).toBe(false);
  await mongo.close();
  stop();
});

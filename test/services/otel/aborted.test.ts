import { SpanStatusCode } from '@opentelemetry/api';
import { expect, onTestFinished, test } from 'vitest';
import { ConnectionManager } from '../../../src/index.ts';
import { traceMongo } from '../../../src/services/otel/index.ts';
import { replicaSetUri } from '../../setup/servers.ts';
import { startSdk } from './support/spans.ts';

test('an abort has the name of its error, not its number, which is also a code of the server', async () => {
  const sdk = startSdk();
  onTestFinished(traceMongo());
  const mongo = new ConnectionManager(replicaSetUri());
  const things = mongo.db('aborted').collection('things');
  await things.findOne();
  sdk.reset();
  const controller = new AbortController();
  mongo.client.once('commandStarted', () => controller.abort());
  await expect(things.find({}, { signal: controller.signal }).toArray()).rejects.toThrow('aborted');
  await mongo.close();
  const failed = sdk.spans().filter(({ status }) => status.code === SpanStatusCode.ERROR);
  expect(failed.map(({ name, status }) => [name, status.message])).toEqual([
    ['find aborted.things', 'AbortError'],
    ['find', 'AbortError'],
  ]);
  for (const { attributes } of failed) expect(attributes).not.toHaveProperty(['db.response.status_code']);
  expect(failed[0]?.attributes).toMatchObject({ 'error.type': 'AbortError' });
});

import { expect, test } from 'vitest';
import { retriesWrites } from '../../../../src/guard/driver/client/deployment.ts';
import type { DriverClient } from '../../../../src/guard/driver/copies/driver-types.ts';

function clientOf(host: string): DriverClient {
  const servers = new Map([[host, { type: 'RSPrimary' }]]);
  const client: unknown = { topology: { description: { servers } }, options: { hosts: [{ host }] } };
  return client as DriverClient;
}

test.each([
  'shop.cluster-abc.eu-west-1.docdb.amazonaws.com',
  'shop-1.eu-west-1.docdb-elastic.amazonaws.com',
  'shop.cluster-abc.docdb.cn-north-1.amazonaws.com.cn',
  'shop.mongo.cosmos.azure.com',
  'shop.mongo.cosmos.azure.cn',
  'shop.mongo.cosmos.azure.us',
  'shop.documents.azure.com',
  'SHOP.MONGO.COSMOS.AZURE.COM',
])('%s asks for retryWrites=false: config-retry-writes has nothing to say', host => {
  expect(retriesWrites(clientOf(host))).toBe(false);
});

test.each([
  'shop-shard-00-00.abc.mongodb.net',
  'localhost',
  'docdb.amazonaws.com.example.org',
  'ec2-1-2-3-4.cn-north-1.compute.amazonaws.com.cn',
])('%s may be a server of MongoDB, which retries writes', host => {
  expect(retriesWrites(clientOf(host))).toBe(true);
});

// @ts-check
import { randomUUID } from 'node:crypto';
import {
  CreateTableCommand,
  DeleteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  ResourceInUseException,
  UpdateItemCommand,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb';
import connectDynamoDB from 'connect-dynamodb';
import expressSession from 'express-session';
import { dynamoBackend } from 'session-guard/store/dynamodb';
import { ours } from '../ours.mjs';
import { peer } from '../peer.mjs';
import { cookieSession } from '../session-data.mjs';

const ttlSeconds = 1800;
const table = 'raw';

/** @param {string} endpoint */
export async function openDynamoDB(endpoint) {
  const client = new DynamoDBClient({
    endpoint,
    region: 'local',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
  });
  await makeTable(client, table);
  await makeTable(client, 'peer');
  const DynamoDBStore = connectDynamoDB(/** @type {any} */ (expressSession));
  return {
    floors: { read: raw(client, get), refresh: raw(client, refresh) },
    sides: {
      ours: ours(dynamoBackend(client, { table: 'ours' }), { coalesce: false }),
      'ours coalesced': ours(dynamoBackend(client, { table: 'coalesced' }), { coalesce: true }),
      'ours encrypted': ours(dynamoBackend(client, { table: 'sealed' }), { coalesce: false, encrypt: true }),
      'connect-dynamodb': peer(new DynamoDBStore({ client, table: 'peer', hashKey: 'id', prefix: '' })),
    },
    close: async () => client.destroy(),
  };
}

/** Another process may be making it, too. @param {DynamoDBClient} client @param {string} name */
async function makeTable(client, name) {
  const command = new CreateTableCommand({
    TableName: name,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
  });
  await client.send(command).catch(error => {
    if (!(error instanceof ResourceInUseException)) throw error;
  });
  await waitUntilTableExists({ client, minDelay: 1, maxWaitTime: 20 }, { TableName: name });
}

/** @param {DynamoDBClient} client @param {string} id */
async function get(client, id) {
  const { Item } = await client.send(
    new GetItemCommand({ TableName: table, Key: { id: { S: id } }, ConsistentRead: true }),
  );
  return Item;
}

/** @param {DynamoDBClient} client @param {string} id */
async function refresh(client, id) {
  const { Attributes } = await client.send(
    new UpdateItemCommand({
      TableName: table,
      Key: { id: { S: id } },
      UpdateExpression: 'SET expires = :e',
      ExpressionAttributeValues: { ':e': { N: expiry() } },
      ReturnValues: 'ALL_NEW',
    }),
  );
  return Attributes;
}

const expiry = () => String(Math.ceil(Date.now() / 1000) + ttlSeconds);

/**
 * @param {DynamoDBClient} client
 * @param {(client: DynamoDBClient, id: string) => Promise<any>} read
 * @returns {import('../measure.mjs').Side}
 */
function raw(client, read) {
  /** @param {string} id @param {number} bytes @param {number} seen */
  async function put(id, bytes, seen) {
    const session = JSON.stringify({ ...cookieSession(bytes), seen });
    const Item = { id: { S: id }, session: { S: session }, expires: { N: expiry() } };
    await client.send(new PutItemCommand({ TableName: table, Item }));
    return id;
  }
  return {
    create: bytes => put(randomUUID(), bytes, 0),
    async read(id) {
      JSON.parse((await read(client, id)).session.S);
    },
    async write(id, bytes, count) {
      await put(id, bytes, count);
    },
    async destroy(id) {
      await client.send(new DeleteItemCommand({ TableName: table, Key: { id: { S: id } } }));
    },
  };
}

import { setTimeout } from 'node:timers/promises';
import { type AttributeValue, paginateScan } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dynamoBackendAt } from '../../../src/store/dynamodb/dynamo-backend.ts';
import { dynamoBackend } from '../../../src/store/dynamodb/index.ts';
import { settableTime } from '../../../src/store/dynamodb/store-time.ts';
import { sessionStoreContract } from '../../../src/testing/store/index.ts';
import { dynamoEndpoint } from '../../setup/servers.ts';
import { contractTimeoutMS, raceCount } from '../../support/race-count.ts';
import { clientOf, tableWithoutTTL, withoutSetUp } from './support/table.ts';

type Client = ReturnType<typeof clientOf>;

/** On one that emulates DynamoDB each round takes its time. */
const races = raceCount(25);
const sizeLimit = 400 * 1024;
const start = Date.UTC(2026, 0, 1);
let client: Client;

beforeAll(async () => {
  client = clientOf(await dynamoEndpoint());
});

afterAll(() => client.destroy());

describe('with a clock that is set', () => {
  let time = start;
  const clock = {
    advance(ms: number) {
      time += ms;
    },
  };
  let table: string;

  beforeAll(async () => {
    table = await tableWithoutTTL(client);
  });

  const backend = () => withoutSetUp(dynamoBackendAt(settableTime({ now: () => time }), client, { table }));

  for (const { title, run } of sessionStoreContract({
    backend,
    clock,
    races,
    sizeLimit,
    dump: () => dump(table),
  }))
    test(title, run, contractTimeoutMS);

  test('in every item that is left `e` is a whole number, the first second that is not before `x`', async () => {
    const items = await itemsOf(table);
    expect(items.length).toBeGreaterThan(100);
    for (const { e, x } of items) expect(e?.N).toBe(String(Math.ceil(Number(x?.N) / 1000)));
  });
});

/** Two calls at the same time. */
const isRace = /\bduring (?!the grace)/;

describe('with the clock of the server, as its answers give it', () => {
  let table: string;

  beforeAll(async () => {
    table = await tableWithoutTTL(client);
  });

  /** Two that have heard enough to know more than the second that is in one answer. */
  const backend = async () => {
    const made = withoutSetUp(dynamoBackend(client, { table }));
    for (let asked = 0; asked < 25; asked += 1) {
      await made.readRevocationMark('clock-of-all', { signal: AbortSignal.timeout(60_000) });
      await setTimeout(55);
    }
    return made;
  };

  // Those that wait for short lives need a clock that is set; `expiry.test.ts` has the end by this one.
  const cases = sessionStoreContract({ backend, races: 5 }).filter(({ title }) => isRace.test(title));
  test('there are such cases', () => expect(cases.length).toBeGreaterThan(10));
  for (const { title, run } of cases) test(title, run, contractTimeoutMS);
});

async function itemsOf(table: string): Promise<readonly Record<string, AttributeValue>[]> {
  const items: Record<string, AttributeValue>[] = [];
  for await (const page of paginateScan({ client }, { TableName: table })) items.push(...(page.Items ?? []));
  return items;
}

async function dump(table: string): Promise<string> {
  return JSON.stringify(await itemsOf(table));
}

import { randomUUID } from 'node:crypto';
import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { DynamoDBSaver, type DynamoDBSaverOptions } from '../../../../src/langgraph/dynamodb/index.ts';
import { dynamoEndpoint } from '../../../setup/servers.ts';

/** A client of the DynamoDB Local that all test files share, or of what stands before it. */
export async function localClient(config: DynamoDBClientConfig = {}): Promise<DynamoDBClient> {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  return new DynamoDBClient({ endpoint: await dynamoEndpoint(), region: 'local', credentials, ...config });
}

export interface Checkpoints {
  readonly client: DynamoDBClient;
  readonly table: string;
  /** A saver that sees what no other one of the file does, unless it is given the same prefix. */
  readonly saver: (options?: Partial<DynamoDBSaverOptions>) => DynamoDBSaver;
}

/** All the time that a busy machine takes. */
const patienceMS = 300_000;

/** A table of the test file's own. */
export async function newTable(): Promise<Checkpoints> {
  // On a busy machine a connection may break more often than the usual three attempts take.
  const client = await localClient({ maxAttempts: 10 });
  const table = `checkpoints-${randomUUID()}`;
  const saver: Checkpoints['saver'] = options =>
    new DynamoDBSaver({ client, table, keyPrefix: randomUUID(), timeoutMS: patienceMS, ...options });
  await saver().setUp();
  return { client, table, saver };
}

// node put.cjs <endpoint> <table> put <thread> | writes <thread> <checkpoint>
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBSaver } from '../../../../src/langgraph/dynamodb/index.ts';
import { configOf, filler, putAll } from './checkpoints.ts';

const [endpoint = '', table = '', what = '', thread = '', id = ''] = process.argv.slice(2);
const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
const client = new DynamoDBClient({ endpoint, region: 'local', credentials });
const saver = new DynamoDBSaver({ client, table });

if (what === 'put') {
  // More parts than one batch has.
  void putAll(saver, configOf(thread), { large: filler(12_000_000, 'b'), step: 2 });
} else {
  const large = filler(900_000, 'b');
  void saver.putWrites(
    configOf(thread, '', id),
    [
      ['large', large],
      ['small', 1],
    ],
    'task',
  );
}

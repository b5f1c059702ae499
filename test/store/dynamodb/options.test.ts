import { expect, test } from 'vitest';
import { dynamoBackend } from '../../../src/store/dynamodb/index.ts';
import { clientOf } from './support/table.ts';

const client = clientOf('http://127.0.0.1:1');

test.each([
  ['no options', undefined, "dynamoBackend(client, { table: 'sessions' })"],
  ['no table', {}, "The option 'table'"],
  ['a name that no table can have', { table: 'a b' }, "The option 'table'"],
  ['an unknown option', { table: 'sessions', ttl: 'e' }, "has no option 'ttl'"],
])('%s: the error says what it takes', (_, options, text) => {
  const call = () => dynamoBackend(client, options as { table: string });
  expect(call).toThrow(expect.objectContaining({ code: 'ERR_SESSION_GUARD_INVALID_OPTION' }));
  expect(call).toThrow(text);
});

test.each([
  ['nothing', undefined],
  ['the options of a client', { region: 'eu-west-1' }],
])('%s in place of a client: the error says what it takes', (_, given) => {
  const call = () => dynamoBackend(given as unknown as typeof client, { table: 'sessions' });
  expect(call).toThrow(expect.objectContaining({ code: 'ERR_SESSION_GUARD_INVALID_ARGUMENT' }));
  expect(call).toThrow('new DynamoDBClient({ region })');
});

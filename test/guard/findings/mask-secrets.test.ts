import { expect, test } from 'vitest';
import { maskSecrets } from '../../../src/guard/findings/frame/secret-ranges.ts';

test('The user and password of a connection string are masked, the host is not.', () => {
  expect(maskSecrets("new MongoClient('mongodb://root:hun@ter2@db.example/?replicaSet=rs0');")).toBe(
    "new MongoClient('mongodb://***@db.example/?replicaSet=rs0');",
  );
  expect(maskSecrets('const uri = `mongodb+srv://${user}:s3cret@${host}/`;')).toBe(
    'const uri = `mongodb+srv://***@${host}/`;',
  );
});

test('A literal is masked behind a name that says that it is a secret.', () => {
  expect(maskSecrets("auth: { username: 'root', password: 'hunter2' },")).toBe(
    "auth: { username: 'root', password: '***' },",
  );
  expect(maskSecrets('{ "secretAccessKey": "a\'b", AWS_SESSION_TOKEN: `c` }')).toBe(
    '{ "secretAccessKey": "***", AWS_SESSION_TOKEN: `***` }',
  );
  expect(maskSecrets("tlsCertificateKeyFilePassword = 'x';")).toBe("tlsCertificateKeyFilePassword = '***';");
});

test('Code without secrets stays as it is.', () => {
  for (const line of [
    "await orders.insertOne({ email: 'a@b.example' }, { session });",
    'password: process.env.PASSWORD,',
    "import { MongoClient } from 'mongodb'; // see https://example.org/docs",
  ])
    expect(maskSecrets(line)).toBe(line);
});

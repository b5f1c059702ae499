import * as fc from '../../support/properties.ts';
import { expect, test } from 'vitest';
import { codeFrame } from '../../../src/guard/findings/frame/code-frame.ts';
import { maskSecrets } from '../../../src/guard/findings/frame/secret-ranges.ts';
import { sourceFile } from './source-file.ts';

test.each([
  "password: 'hunter2',",
  'const pwd = "hunter2";',
  "pass = process.env.PASS || 'hunter2';",
  "const secret = config.secret ?? 'hunter2';",
  "apiKey: 'hunter2',",
  "api_key = 'hunter2'",
  "key: 'hunter2',",
  'const privateKey = `hunter2`;',
  "headers: { authorization: 'hunter2' },",
  "headers: { Authorization: 'Bearer hunter2' },",
  "fetch(url, { headers: { 'x-api-key': 'hunter2' } })",
  "request.setHeader('authorization', 'hunter2');",
  "setPassword('hunter2');",
  "client.auth('root', 'hunter2');",
  "token(['hunter2', 'hunter2'])",
  "'password': 'hunter2'",
  "env['DB_PASSWORD'] = 'hunter2';",
  "const { token = 'hunter2' } = options;",
  "url: 'postgres://root:hunter2@db/shop'",
  'const dsn = `amqp://root:hunter2@${host}`;',
  "connect('Server=db;User=sa;Password=hunter2;')",
  "get('https://api.example/v1?api_key=hunter2&page=2')",
  "get('https://api.example/v1?page=2&access_token=hunter2')",
  "log('Authorization: Bearer hunter2')",
  "/* don't */ const password = 'hunter2';",
  "const credentials = { user: 'root', value: 'hunter2' };",
  "cookieSecret: ['hunter2', 'hunter2'],",
  "if (password === 'hunter2') ok();",
  "sign(data, { signature: 'hunter2' })",
  "aws({ secretAccessKey: 'hunter2' })",
  "const bearer = 'hunter2'",
  "stripe('sk_live_hunter2hunter2');",
  "octokit('ghp_hunter2hunter2hunter2');",
  "verify('eyJhunter2.eyJhunter2.hunter2');",
  "call('hunter2hunter2hunter2hunter2hunter2');",
])('the secret in %s is not shown', line => {
  expect(maskSecrets(line)).not.toContain('hunter2');
  const file = sourceFile(line, 'call();', line);
  expect(codeFrame({ file, line: 2, column: 1 })).not.toContain('hunter2');
});

test.each([
  "await orders.insertOne({ _id: 'order-1', sku: 'tea' }, { session });",
  "await orders.updateOne({ _id: 'tea' }, { $inc: { left: -1 } }, { session }); // not awaited",
  "const orders = mongo.db('shop').collection('orders');",
  "throw new Error('card declined');",
  'password: process.env.PASSWORD,',
  "passport.authenticate('local')",
])('%s stays as it is', line => {
  expect(maskSecrets(line)).toBe(line);
});

test('of a long line, some 120 columns around the mark are shown, and no frame is longer than 2 KB', () => {
  const character = fc.constantFrom(
    'a',
    ' ',
    '"',
    "'",
    '`',
    ';',
    '=',
    ':',
    '@',
    '/',
    '\u202E',
    '\u0000',
    '漢',
    'key:',
    '://',
  );
  const line = fc.array(character, { maxLength: 3000 }).map(parts => parts.join('').replaceAll('\n', ''));
  fc.assert(
    fc.property(fc.array(line, { minLength: 5, maxLength: 5 }), fc.nat(3000), (lines, at) => {
      const file = sourceFile(...lines);
      const frame = codeFrame({ file, line: 3, column: at + 1 }) ?? '';
      expect(Buffer.byteLength(frame)).toBeLessThan(2048);
      for (const shown of frame.split('\n')) expect(shown.length).toBeLessThan(125);
      // oxlint-disable-next-line no-control-regex -- that is what must not be there
      expect(frame).not.toMatch(/[\u0000\u202E]/);
    }),
    { numRuns: 100 },
  );
});

test('a secret is not shown by the half where a long line is cut', () => {
  const filler = 'call(1);'.repeat(2000);
  for (const before of [0, 40, 55, 60, 300, 499]) {
    const line = `${filler}password='${'hunter2'.repeat(12)}';${filler}`;
    const column = filler.length + 10 + before;
    expect(codeFrame({ file: sourceFile(line), line: 1, column })).not.toContain('unter');
  }
});

test('the mark of a cut line stands under its column', () => {
  const line = `${'call(1);'.repeat(500)}orders.insertOne(order);${'call(2);'.repeat(500)}`;
  const frame = codeFrame({ file: sourceFile(line), line: 1, column: line.indexOf('insertOne') + 1 }) ?? '';
  const [shown = '', mark = ''] = frame.split('\n');
  expect(shown.slice(mark.indexOf('^'))).toMatch(/^insertOne\(order\)/);
});

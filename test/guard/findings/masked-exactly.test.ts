import { expect, test } from 'vitest';
import { maskSecrets } from '../../../src/guard/findings/frame/secret-ranges.ts';

/** A harmless literal that is masked does little harm, but a frame of masks says nothing: this is the exact text. */
test.each([
  ["setPassword('a1b2'); connect('orders');", "setPassword('***'); connect('orders');"],
  ["login(token('a1b2'), 'orders');", "login(token('***'), 'orders');"],
  ["f(token)('orders');", "f(token)('orders');"],
  ["f({ token }, 'orders');", "f({ token }, 'orders');"],
  ["const { token } = all; f('orders');", "const { token } = all; f('orders');"],
  [
    "pass = process.env.PASS || 'a1b2', name = 'orders';",
    "pass = process.env.PASS || '***', name = 'orders';",
  ],
  ["token([['a1'], 'b2'], 'c3'); f('orders');", "token([['***'], '***'], '***'); f('orders');"],
  [
    "f({ password: ask('root', ['a1']), name: 'orders' });",
    "f({ password: ask('***', ['***']), name: 'orders' });",
  ],
  [
    "auth({ username: 'root', mechanism: 'SCRAM', token: 'a1' });",
    "auth({ username: 'root', mechanism: 'SCRAM', token: '***' });",
  ],
  ["auth({ userCode: 'a1', superuser: 'b2' });", "auth({ userCode: '***', superuser: '***' });"],
  ["f({ 'password': ask('a1') }, 'orders');", "f({ 'password': ask('***') }, 'orders');"],
  ["env['DB_PASSWORD'] = ask('a1'); f('orders');", "env['DB_PASSWORD'] = ask('***'); f('orders');"],
  ["set('password', ask('a1')); f('orders');", "set('password', ask('***')); f('orders');"],
  [
    "log({ 'the password is written by the person at the keyboard': ask('orders') });",
    "log({ 'the password is written by the person at the keyboard': ask('orders') });",
  ],
  ["password = ask || 'a1b2", "password = ask || '***"],
  ["password = ask || '", "password = ask || '"],
  ["password = ''; f('orders');", "password = ''; f('orders');"],
  ["stripe('sk_live_a1b2c3'); f('orders');", "stripe('***'); f('orders');"],
  ["verify('eyJhbGciOi.eyJzdWIi.c2ln');", "verify('***');"],
  [
    "get('https://api.example/v1?page=2&api_key=a1b2&sort=up');",
    "get('https://api.example/v1?page=2&api_key=***&sort=up');",
  ],
  ["log('Authorization: Bearer a1b2');", "log('Authorization: Bearer ***');"],
  ["connect('amqp://root:a1b2@queue/');", "connect('amqp://***@queue/');"],
  ["connect('amqp://root:a1@b2@queue/');", "connect('amqp://***@queue/');"],
  [
    "get('https://api.example/'); mail('support@shop.example');",
    "get('https://api.example/'); mail('support@shop.example');",
  ],
  ["connect('amqp://@queue/');", "connect('amqp://@queue/');"],
  // The later secret is found first, and one inside another twice.
  [
    "get('https://a.example/?api_key=a1'); const secret = 'b2';",
    "get('https://a.example/?api_key=***'); const secret = '***';",
  ],
  ["const secret = 'amqp://root:a1@queue/'; f('orders');", "const secret = '***'; f('orders');"],
  ["const url = 'amqp://key=a1:b2@queue/';", "const url = 'amqp://***';"],
])('%s', (line, masked) => {
  expect(maskSecrets(line)).toBe(masked);
});

import { lint, listed } from '../../support/lint.ts';
import { testRule } from '../../support/test-rule.ts';
import { typescript } from '../../support/typescript.ts';
import { describe, expect, test } from 'vitest';

const app = `const express = require('express');
const mongoose = require('mongoose');
const Order = require('./order');
const app = express();
let session;
`;

testRule('shared-session', {
  wrong: {
    'a variable of the module that each request sets': `${app}app.post('/orders', async (req, res) => {
  session = await mongoose.startSession(); // ←
  session.startTransaction();
  await Order.create([req.body], { session });
  await session.commitTransaction();
  await session.endSession();
  res.json({});
});`,
  },
  right: {
    'a variable of the handler': `${app}app.post('/orders', async (req, res) => {
  let session;
  session = await mongoose.startSession();
  session.startTransaction();
  await Order.create([req.body], { session });
  await session.commitTransaction();
  await session.endSession();
  res.json({});
});`,
    'a variable of a script, and of a test': `${app}async function main() {
  session = await mongoose.startSession();
  await Order.findOne({}).session(session);
  await session.endSession();
}
main();
app.get('/', (req, res) => res.end());`,
    'a variable that is asked for first': `${app}app.post('/orders', async (req, res) => {
  if (session) return res.status(503).end();
  session = await mongoose.startSession();
  await Order.create([req.body], { session });
  await session.endSession();
  session = null;
  res.json({});
});`,
  },
});

/** A service of NestJS. */
const service = (
  decorator: string,
  body: string,
  more = '',
) => `import { Injectable, Scope } from '@nestjs/common';
import { InjectConnection, InjectModel } from '@nestjs/mongoose';
import { ClientSession, Connection, Model } from 'mongoose';
${more}
${decorator}
export class OrdersService {
  private session: ClientSession;
  constructor(
    @InjectConnection() private readonly connection: Connection,
    @InjectModel('Order') private readonly orders: Model<object>,
  ) {}
  ${body}
}`;

const place = `async place(order: object) {
    this.session = await this.connection.startSession(); // ←
    this.session.startTransaction();
    await this.orders.create([order], { session: this.session });
    await this.session.commitTransaction();
    await this.session.endSession();
  }`;

const linted = (code: string) => {
  const alarms = lint(code, typescript);
  return { lines: alarms.map(({ rule, line }) => [rule, line]), text: listed(alarms) };
};

describe('a field of a service of NestJS', () => {
  test('is shared by all requests where the service is made once', () => {
    const { lines, text } = linted(service('@Injectable()', place));
    expect(lines, text).toEqual([['shared-session', 13]]);
  });

  test.each([
    ['a service of each request', service('@Injectable({ scope: Scope.REQUEST })', place)],
    [
      'another decorator',
      service('@Injectable()\n@RequestScoped()', place, "import { RequestScoped } from './scope';"),
    ],
    ['no service', service('', place)],
    ['a task of a schedule', service('@Injectable()', place, "import { Cron } from '@nestjs/schedule';")],
    [
      'a session of the service itself',
      service(
        '@Injectable()',
        'async onModuleInit() { this.session = await this.connection.startSession(); }',
      ),
    ],
    [
      'a base class that may know more',
      service('@Injectable()', place).replace('OrdersService', 'OrdersService extends Base'),
    ],
    [
      'a field that is asked for first',
      service('@Injectable()', place.replace('{', "{\n    if (this.session) throw new Error('busy');")),
    ],
    [
      'what is given may be of a request',
      service('@Injectable()', place).replace(
        '@InjectModel',
        "@Inject('User') private readonly user: object,\n    @InjectModel",
      ),
    ],
  ])('silent: %s', (_title, code) => {
    const { lines, text } = linted(code);
    expect(lines, text).toEqual([]);
  });
});

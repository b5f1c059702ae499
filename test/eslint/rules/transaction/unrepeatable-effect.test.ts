import { expect, test } from 'vitest';
import plugin from '../../../../src/eslint/index.ts';
import { Linter } from 'eslint';
import { driver, testRule, withModels } from '../../support/test-rule.ts';

const mail = `import nodemailer from 'nodemailer';
const mails = nodemailer.createTransport({ host: 'localhost' });
`;

const signUp = driver(`${mail}export const signUp = user =>
  client.withSession(session =>
    session.withTransaction(async () => {
      await users.insertOne(user, { session });
      await mails.sendMail({ to: user.mail }); // ←
    }),
  );`);

const count = driver(`export async function load(rows) {
  let loaded = 0;
  const ids = [];
  await client.withSession(session =>
    session.withTransaction(async () => {
      for (const row of rows) {
        const { insertedId } = await orders.insertOne(row, { session });
        ids.push(insertedId); // ←
        loaded++; // ←
      }
    }),
  );
  return { loaded, ids };
}`);

testRule('unrepeatable-effect', {
  wrong: {
    'a mail': signUp,
    'a count and a list from outside': count,
    'a mail of SendGrid, Resend and Twilio, also by a function of the file':
      withModels(`import sendgrid from '@sendgrid/mail';
import { Resend } from 'resend';
import twilio from 'twilio';
const resend = new Resend('key');
const phones = twilio('id', 'key');
async function greet(user) {
  await sendgrid.send({ to: user.mail }); // ←
  await resend.emails.send({ to: user.mail }); // ←
  await phones.messages.create({ to: user.phone }); // ←
}
export const signUp = user =>
  mongoose.connection.transaction(async session => {
    await User.create([user], { session });
    await greet(user);
  });`),
    'requests that make something new': withModels(`import axios from 'axios';
export const pay = order =>
  mongoose.connection.transaction(async session => {
    await Order.create([order], { session });
    await axios.post(shop, order); // ←
    await axios({ url: shop, method: 'patch' }); // ←
    await fetch(shop, { method: 'POST', body: order.id }); // ←
  });`),
  },
  right: {
    'a mail after the commit': driver(`${mail}export async function signUp(user) {
  await client.withSession(session =>
    session.withTransaction(async () => {
      await users.insertOne(user, { session });
    }),
  );
  await mails.sendMail({ to: user.mail });
}`),
    'a mail in a function that is kept for later': driver(`${mail}export async function signUp(user) {
  const later = [];
  await client.withSession(session =>
    session.withTransaction(async () => {
      later.length = 0;
      await users.insertOne(user, { session });
      later.push(() => mails.sendMail({ to: user.mail }));
    }),
  );
  for (const run of later) await run();
}`),
    'a transaction by hand, which nothing runs again': driver(`${mail}export async function signUp(user) {
  const session = client.startSession();
  try {
    session.startTransaction();
    await users.insertOne(user, { session });
    await mails.sendMail({ to: user.mail });
    await session.commitTransaction();
  } finally {
    await session.endSession();
  }
}`),
    'requests that read, that may come twice, or that are not sent here':
      withModels(`import axios from 'axios';
export const pay = order =>
  mongoose.connection.transaction(async session => {
    await Order.create([order], { session });
    const { data } = await axios.get(shop);
    await axios.put(shop, data);
    await fetch(shop);
    await fetch(shop, { method: 'POST', headers: { 'Idempotency-Key': order.id } });
    await service.post(shop, order);
  });`),
    'counts of attempts, and counts that begin anew': driver(`export async function load(rows) {
  let attempts = 0;
  let i = 0;
  let loaded = 0;
  await client.withSession(session =>
    session.withTransaction(async () => {
      attempts += 1;
      if (++i < 3) throw conflict();
      loaded = 0;
      const ids = [];
      for (const row of rows) {
        ids.push((await orders.insertOne(row, { session })).insertedId);
        loaded++;
      }
      await users.updateOne({}, { $set: { ids } }, { session });
    }),
  );
  return { attempts, loaded };
}`),
  },
});

function recommended(code: string) {
  return new Linter().verify(code, [plugin.configs.recommended], 'program.js').map(({ ruleId }) => ruleId);
}

test('`recommended` has only mails', () => {
  expect(recommended(signUp)).toEqual(['session-guard/unrepeatable-effect']);
  expect(recommended(count)).toEqual([]);
});

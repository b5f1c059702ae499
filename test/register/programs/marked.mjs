// @ts-check
// A server of Express whose documents, filters, ids, URLs, headers and errors hold the marker of the first argument. It is ended
// by SIGKILL, from inside, at once after its last finding.
import { once } from 'node:events';
import http from 'node:http';
import { setTimeout } from 'node:timers/promises';
import express from 'express';
import { MongoClient, MongoServerError } from 'mongodb';

const marker = String(process.argv[2]);
const client = new MongoClient(String(process.env['MONGODB_URI']));
const items = client.db(`preload_${process.pid}`).collection('items');
await items.insertOne({ n: 0 });
const held = client.startSession();
console.log(held.id?.id.toString('hex'));

const app = express();
app.post('/orders/:id', (request, response, next) => {
  placeOrder(request.params.id).then(() => response.end('done'), next);
});

/** @param {string} id */
async function placeOrder(id) {
  let attempts = 0;
  await client
    .withSession(session =>
      session.withTransaction(async () => {
        attempts += 1;
        await items.findOne({ name: marker, [`field-${marker}`]: 1 }, { session, comment: marker });
        if (attempts === 1)
          throw new MongoServerError({ message: marker, errorLabels: ['TransientTransactionError'] });
        await items.insertOne({ _id: Object(id), token: marker }, { session });
        await items.insertOne({ _id: Object(id), token: marker }, { session });
      }),
    )
    .catch(() => undefined);
  await misuse();
}

async function misuse() {
  const ended = client.startSession();
  await ended.endSession();
  await items.findOne({ name: marker }, { session: ended }).catch(() => undefined); // misuse: use after end
}

const server = app.listen(0, '127.0.0.1');
await once(server, 'listening');
const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
for (let turn = 0; turn < 3; turn += 1) {
  const request = http.request({
    port,
    host: '127.0.0.1',
    method: 'POST',
    path: `/orders/${marker}-${turn}?token=${marker}`,
    headers: { authorization: `Bearer ${marker}`, cookie: `sid=${marker}`, 'x-request-id': marker },
  });
  request.end(marker);
  const [response] = await once(request, 'response');
  for await (const _ of response);
}
await items.drop();
// The trace is written every 200 ms; this timer comes after that one.
await setTimeout(300);
await misuse();
process.kill(process.pid, 'SIGKILL');

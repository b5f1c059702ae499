// @ts-check
// A service of two processes. The primary process has no server, and alone gets the signal. `/held` is answered when the stop of
// its process has begun, `/never` not at all.
import cluster from 'node:cluster';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { ConnectionManager, gracefulStop } from 'session-guard';

const mongo = new ConnectionManager(process.env['MONGODB_URI']);

if (cluster.isPrimary) {
  gracefulStop(null, mongo, { graceMS: 600_000 });
  for (let n = 0; n < 2; n += 1) {
    const worker = cluster.fork();
    worker.on('message', message => console.log(message));
    const [{ port }] = await once(worker, 'listening');
    console.log('listens', port);
  }
} else {
  const server = createServer(async (request, response) => {
    process.send?.('arrived');
    if (request.url === '/never') return;
    if (!stop.signal.aborted) await once(stop.signal, 'abort');
    await mongo.withTxn(session => orders.insertOne({ worker: process.pid }, { session }));
    response.end('placed');
  });
  const orders = mongo.db().collection('orders');
  const stop = gracefulStop(server, mongo, { graceMS: Number(process.env['GRACE_MS']) });
  server.listen(0, '127.0.0.1');
}

// @ts-check
// A job that makes its successor from inside its transaction: what is left of each on the heap? Run with --expose-gc.
import { MongoClient } from 'mongodb';

const client = new MongoClient(String(process.env['MONGODB_URI']));
await client.connect();
const runs = 3000;
let done = 0;
let before = 0;

function heapUsed() {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}

await new Promise(resolve => {
  const job = () =>
    client.withSession(session =>
      session.withTransaction(async () => {
        done += 1;
        if (done === 1000) before = heapUsed();
        setImmediate(done < runs ? job : resolve);
      }),
    );
  void job();
});
const left = (heapUsed() - before) / (runs - 1000);
console.log(left < 1000 ? 'nothing is left' : `${Math.round(left)} bytes are left of each job`);
await client.close();

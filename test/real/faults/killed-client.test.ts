import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { MongoClient, ObjectId } from 'mongodb';
import { expect, onTestFinished, test } from 'vitest';
import { replicaSetUri } from '../../setup/servers.ts';
import { programFile } from '../support/run-program.ts';

const typescript = new URL('../support/typescript.mjs', import.meta.url).href;

interface Entry {
  readonly call: string;
  readonly from: number;
  readonly to: number;
}

test('a process that is killed between two statements leaves every transfer whole, and every acknowledged transfer is stored', async () => {
  const name = `killed_${new ObjectId().toHexString()}`;
  const client = new MongoClient(replicaSetUri());
  const db = client.db(name);
  onTestFinished(async () => {
    await db.dropDatabase();
    await client.close();
  });
  const accounts = db.collection<{ _id: number; balance: number }>('accounts');
  await accounts.insertMany([0, 1, 2, 3, 4, 5].map(_id => ({ _id, balance: 100 })));

  const env = { ...process.env, NODE_OPTIONS: '', TRANSFERS_URI: replicaSetUri(), TRANSFERS_DB: name };
  const args = ['--import', typescript, programFile('transfers.mjs')];
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const exit = once(child, 'exit');
  const acknowledged: string[] = [];
  for await (const call of createInterface({ input: child.stdout })) {
    acknowledged.push(call);
    if (acknowledged.length === 60) child.kill('SIGKILL');
  }
  await exit;
  // What was open would stay so for `transactionLifetimeLimitSeconds`: it is not committed, but it holds locks.
  const open = [{ $currentOp: { allUsers: true, idleSessions: true } }, { $match: { appName: name } }];
  const left = await client.db('admin').aggregate(open).toArray();
  const sessions = left.flatMap(({ lsid }) => (lsid === undefined ? [] : [{ id: lsid.id }]));
  if (sessions.length > 0) await client.db('admin').command({ killSessions: sessions });

  const entries = await db.collection<Entry>('ledger').find().toArray();
  const calls = entries.map(({ call }) => call);
  expect(new Set(calls).size).toBe(calls.length);
  expect(acknowledged.filter(call => !calls.includes(call))).toEqual([]);
  const balances = new Map([0, 1, 2, 3, 4, 5].map(id => [id, 100]));
  for (const { from, to } of entries) {
    balances.set(from, (balances.get(from) ?? 0) - 1);
    balances.set(to, (balances.get(to) ?? 0) + 1);
  }
  const stored = await accounts.find().sort({ _id: 1 }).toArray();
  expect(stored.map(({ balance }) => balance)).toEqual([...balances.values()]);
});

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { configOf, filler, idsOf, putAll } from './support/checkpoints.ts';
import { type Faulty, startFaulty } from './support/faulty.ts';
import { sortKeysOf } from './support/items.ts';

let faulty: Faulty;
let folder = '';
let program = '';
beforeAll(async () => {
  faulty = await startFaulty('');
  folder = await mkdtemp(join(tmpdir(), 'session-guard-'));
  program = join(folder, 'put.cjs');
  const source = fileURLToPath(new URL('support/put-program.ts', import.meta.url));
  await build({ entryPoints: [source], bundle: true, platform: 'node', outfile: program, logLevel: 'error' });
});
afterEach(() => faulty.proxy.setFault(undefined));
afterAll(async () => {
  await faulty.proxy.close();
  await rm(folder, { recursive: true });
});

/** Runs the program until it has sent so many requests of an operation, and kills it there. */
async function killAt(operation: string, nth: number, args: readonly string[]): Promise<void> {
  let count = 0;
  const reached = new Promise<void>(resolve => {
    faulty.proxy.setFault(request => {
      count += request.operation === operation ? 1 : 0;
      if (request.operation !== operation || count < nth) return undefined;
      resolve();
      return new Promise(() => {});
    });
  });
  const child = fork(program, [faulty.proxy.endpoint, faulty.table.table, ...args], { stdio: 'ignore' });
  const exit = once(child, 'exit');
  await Promise.race([
    reached,
    exit.then(([code]) => Promise.reject(new Error(`it has ended by itself, with ${code}`))),
  ]);
  child.kill('SIGKILL');
  await exit;
  faulty.proxy.setFault(undefined);
}

describe('a process that is killed while it stores a checkpoint', () => {
  test.each([
    ['between the parts of a large value', 'BatchWriteItem', 2],
    ['between the large value and the checkpoint', 'TransactWriteItems', 1],
  ])('%s leaves no half one', async (_, operation, nth) => {
    const { plain, table } = faulty;
    const config = configOf();
    const thread = String(config.configurable?.['thread_id']);
    const before = { large: filler(1_500_000, 'a'), step: 1 };
    const stored = await putAll(plain, config, before);
    await killAt(operation, nth, ['put', thread]);
    const tuple = await plain.getTuple(configOf(thread));
    expect(tuple?.config).toEqual(stored);
    expect(tuple?.checkpoint.channel_values).toEqual(before);
    expect(await idsOf(plain.list(configOf(thread)))).toHaveLength(1);
    await plain.deleteThread(thread);
    expect(await sortKeysOf(table, thread)).toEqual(['f']);
  });
});

describe('a process that is killed while it stores the writes of a task', () => {
  test.each([
    ['between a large value and the writes', 'PutItem'],
    ['before they are compared with the fence', 'GetItem'],
  ])('%s leaves all or none of them', async (_, operation) => {
    const { plain } = faulty;
    const stored = await putAll(plain, configOf(), {});
    const { thread_id: thread, checkpoint_id: id } = stored.configurable ?? {};
    await killAt(operation, 1, ['writes', String(thread), String(id)]);
    const writes = (await plain.getTuple(stored))?.pendingWrites?.map(([, channel]) => channel);
    expect(writes).toEqual(operation === 'GetItem' ? ['large', 'small'] : []);
  });
});

import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { install } from '../docs/support/project.ts';
import { withoutRunner } from '../register/support/run-preloaded.ts';
import { startProgram } from '../services/support/program.ts';

const example = fileURLToPath(new URL('../../examples/services/next', import.meta.url));

/** The packages are links here: Next.js must be allowed to follow them. */
const config = `import config from './example.config.mjs';
export default { ...config, turbopack: { root: '/' } };
`;

/** A copy of the example, which the test may change. It needs `npm run build`. */
function copyOfExample(): string {
  const cwd = realpathSync(mkdtempSync(join(tmpdir(), 'session-guard-next-')));
  onTestFinished(() => rmSync(cwd, { recursive: true, force: true }));
  cpSync(example, cwd, { recursive: true });
  install(cwd, ['debug', 'mongodb', 'next', 'react', 'react-dom']);
  return cwd;
}

/** Serves a copy by `next dev`. */
async function startNext() {
  const cwd = copyOfExample();
  renameSync(join(cwd, 'next.config.mjs'), join(cwd, 'example.config.mjs'));
  writeFileSync(join(cwd, 'next.config.mjs'), config);
  const program = await startProgram(['node_modules/next/dist/bin/next', 'dev', '--port', '0'], {
    cwd,
    env: { NEXT_TELEMETRY_DISABLED: '1' },
  });
  const [address = ''] = /http:\S+/.exec(await program.heard('- Local:')) ?? [];
  const edit = (file: string, from: string, to: string) => {
    const path = join(cwd, file);
    const before = readFileSync(path, 'utf8');
    expect(before).toContain(from);
    writeFileSync(path, before.replace(from, to));
  };
  return { ...program, url: address, edit };
}

test('the example with Next.js: a route handler, a server action, and one manager over reloads', async () => {
  const { url, edit, orders, stock, complaints } = await startNext();
  const post = async (id: string) => {
    const body = JSON.stringify({ id, sku: 'tea' });
    return (await fetch(`${url}/api/orders`, { method: 'POST', body })).status;
  };
  expect(await post('order-1')).toBe(201);
  const incomplete = await fetch(`${url}/api/orders`, {
    method: 'POST',
    body: JSON.stringify({ sku: 'tea' }),
  });
  expect([incomplete.status, await incomplete.json()]).toEqual([400, { error: 'id, sku' }]);

  // A form without JavaScript in the browser names its action in a hidden field.
  const page = await (await fetch(url)).text();
  const [, action = ''] = /name="(\$ACTION_ID_\w+)"/.exec(page) ?? [];
  const form = new FormData();
  for (const [name, value] of Object.entries({ [action]: '', id: 'order-2', sku: 'tea' }))
    form.set(name, value);
  expect((await fetch(url, { method: 'POST', body: form })).status).toBe(200);
  expect(await orders.distinct('_id')).toEqual(['order-1', 'order-2']);
  expect(await stock.findOne()).toEqual({ _id: 'tea', left: 0 });
  expect(await post('order-3')).toBe(409);

  edit('lib/mongo.js', "'serverless'", "'service'");
  edit('app/api/orders/route.js', '{ orders: await countOrders() }', 'mongo.stats()');
  const look = async (): Promise<unknown> => (await fetch(`${url}/api/orders`)).json();
  await expect.poll(look).toMatchObject({ transactionsCommitted: 3 });
  await expect.poll(() => complaints.join('')).toContain('SESSION_GUARD_SHARED_OPTIONS');
});

test('the modules can be loaded by `next build` where no server is known, and say so elsewhere', async () => {
  const file = join(copyOfExample(), 'lib/orders.js');
  const { MONGODB_URI: _uri, ...env } = withoutRunner();
  const load = (phase: object) =>
    promisify(execFile)(process.execPath, [file], { env: { ...env, ...phase } });
  await load({ NEXT_PHASE: 'phase-production-build' });
  await expect(load({})).rejects.toThrow('is the environment variable set?');
});

import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';

const script = fileURLToPath(new URL('../../scripts/servers/with-servers.mjs', import.meta.url));
const printAddresses = `console.log(JSON.stringify([process.env.REDIS_URL, process.env.POSTGRES_URL]));`;

/** Where the servers keep their data. */
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'session-guard-'));
  // As root, PostgreSQL runs as another user.
  await chmod(folder, 0o755);
});

afterAll(() => rm(folder, { recursive: true }));

function run(args: readonly string[], env: Record<string, string> = {}) {
  return new Promise<{ code: unknown; stdout: string; stderr: string }>(resolve => {
    const options = { env: { ...process.env, TMPDIR: folder, ...env } };
    execFile(process.execPath, [script, ...args], options, (error, stdout, stderr) => {
      resolve({ code: error?.code ?? 0, stdout, stderr });
    });
  });
}

test('a program gets its servers and gives the exit code, and they end with it', async () => {
  const program = `${printAddresses} process.exitCode = 7;`;
  const { code, stdout } = await run(['redis', '--', 'node', '-e', program]);
  expect(code).toBe(7);
  const [redis] = JSON.parse(stdout) as [string];
  await expect(reach(redis)).rejects.toThrow('ECONNREFUSED');
  expect(await readdir(folder)).toEqual([]);
});

test('a server that the environment names is left as it is', async () => {
  const { stdout } = await run(['redis', '--', 'node', '-e', printAddresses], {
    REDIS_URL: 'redis://of.somebody',
  });
  expect(JSON.parse(stdout)).toEqual(['redis://of.somebody', null]);
});

test('a server that does not start is reported with its reason, and the program is not run', async () => {
  const { code, stdout, stderr } = await run(['redis', '--', 'node', '-e', printAddresses], {
    SESSION_GUARD_REDIS_BINARY: join(folder, 'absent'),
  });
  expect({ code, stdout }).toEqual({ code: 127, stdout: '' });
  expect(stderr).toContain('apt-get install redis-server');
});

test('an unknown server prints the usage', async () => {
  const { code, stderr } = await run(['mysql', '--', 'node', '-e', '']);
  expect(code).toBe(2);
  expect(stderr).toContain('servers: mongodb, redis, dynamodb, postgres');
});

test('servers end when the process that started them is killed, also a frozen one, and leave no data', async () => {
  const modules = ['redis/redis.mjs', 'postgres/postgres.mjs'].map(path => join(script, '..', path));
  const program = `
    const [{ startRedis }, { startPostgres }] = await Promise.all(${JSON.stringify(modules)}.map(path => import(path)));
    const [redis, postgres] = await Promise.all([startRedis(), startPostgres()]);
    redis.pause();
    process.stdout.write(JSON.stringify([redis.url, postgres.connectionString]));
    setInterval(() => {}, 1000);`;
  const args = ['--input-type=module', '-e', program];
  const parent = spawn(process.execPath, args, {
    env: { ...process.env, TMPDIR: folder },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [output] = await once(parent.stdout, 'data');
  const addresses = JSON.parse(String(output)) as string[];
  await Promise.all(addresses.map(reach));
  parent.kill('SIGKILL');
  const gone = () =>
    Promise.all(addresses.map(address => expect(reach(address)).rejects.toThrow('ECONNREFUSED')));
  await vi.waitFor(gone, 60_000);
  await vi.waitFor(async () => expect(await readdir(folder)).toEqual([]), 60_000);
});

async function reach(address: string): Promise<void> {
  const { hostname, port } = new URL(address);
  const socket = connect({ host: hostname, port: Number(port) });
  try {
    await once(socket, 'connect');
  } finally {
    socket.destroy();
  }
}

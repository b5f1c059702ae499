import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'session-guard-'));
});

afterAll(() => rm(folder, { recursive: true }));

/** What a function of one of the scripts gives, or the message of its error, in a process of its own. */
function call(script: string, name: string, env: Record<string, string>): Promise<string> {
  const module = new URL(`../../scripts/servers/${script}`, import.meta.url).href;
  const program = `import(${JSON.stringify(module)}).then(script => script.${name}())
    .then(console.log, error => console.log(error.message));`;
  const all = { PATH: folder, SESSION_GUARD_CACHE: join(folder, 'cache'), ...env };
  return new Promise(resolve => {
    execFile(process.execPath, ['-e', program], { env: all, cwd: folder }, (_, stdout) => resolve(stdout));
  });
}

/** A folder with a program in it. */
async function programFolder(name: string, script: string): Promise<string> {
  const bin = await mkdtemp(join(folder, 'bin-'));
  await writeFile(join(bin, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  return bin;
}

test('without a `redis-server` the message says what to install', async () => {
  const message = await call('redis/redis-binary.mjs', 'findRedis', {});
  expect(message).toContain('no redis-server on the PATH');
  expect(message).toContain('apt-get install redis-server');
});

test('`SESSION_GUARD_REDIS_BINARY` must run', async () => {
  const env = { SESSION_GUARD_REDIS_BINARY: join(folder, 'absent') };
  const message = await call('redis/redis-binary.mjs', 'findRedis', env);
  expect(message).toContain(
    'SESSION_GUARD_REDIS_BINARY names a redis-server that does not run: command not found',
  );
});

test('a Redis older than 7.0 is refused', async () => {
  const bin = await programFolder(
    'redis-server',
    'echo "Redis server v=6.2.14 sha=00000000:0 malloc=libc bits=64"',
  );
  expect(await call('redis/redis-binary.mjs', 'findRedis', { PATH: bin })).toContain(
    'too old (Redis server v=6.2.14',
  );
});

test('without Java the message says what to install', async () => {
  const message = await call('dynamodb/java.mjs', 'findJava', {});
  expect(message).toContain('no java on the PATH');
  expect(message).toContain('apt-get install openjdk-17-jre-headless maven');
});

test('a Java older than 17 is refused', async () => {
  const bin = await programFolder('java', `echo 'openjdk version "11.0.22" 2024-01-16' >&2`);
  expect(await call('dynamodb/java.mjs', 'findJava', { PATH: bin })).toContain('java is 11');
});

test('without Maven the message says what to install, and the cache is left clean', async () => {
  const message = await call('dynamodb/jars.mjs', 'dynamoJars', {});
  expect(message).toContain('Cannot fetch DynamoDB Local with `mvn`: command not found');
  expect(message).toContain('apt-get install openjdk-17-jre-headless maven');
  expect(await readdir(join(folder, 'cache'))).toEqual([]);
});

test('two processes that fetch DynamoDB Local at once both get the whole of it', async () => {
  const cache = join(folder, 'cache-of-two');
  const fetched = join(folder, 'fetched');
  const bin = await programFolder(
    'mvn',
    `for argument; do case $argument in -DoutputDirectory=*) out=\${argument#*=}; esac; done
    mkdir "$out"; echo one > "$out/one.jar"
    echo >> ${fetched}; until [ "$(wc -l < ${fetched})" -ge 2 ]; do sleep 0.02; done
    echo two > "$out/two.jar"`,
  );
  const env = { PATH: `${bin}:${process.env['PATH'] ?? ''}`, SESSION_GUARD_CACHE: cache };
  const both = await Promise.all([
    call('dynamodb/jars.mjs', 'dynamoJars', env),
    call('dynamodb/jars.mjs', 'dynamoJars', env),
  ]);
  const [made] = await readdir(cache);
  expect(both).toEqual(Array(2).fill(`${join(cache, String(made))}\n`));
  expect(await readdir(cache)).toEqual([made]);
  expect((await readdir(join(cache, String(made)))).toSorted()).toEqual(['one.jar', 'two.jar']);
});

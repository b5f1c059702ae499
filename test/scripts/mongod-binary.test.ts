import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startDownloadHost } from '../support/download-host/download-host.ts';

const module = new URL('../../scripts/servers/mongodb/mongod-binary.mjs', import.meta.url).href;
const program = `import { findMongod } from ${JSON.stringify(module)};
  findMongod().then(console.log, error => { console.log(error.message); process.exitCode = 1; });`;

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'session-guard-'));
});

afterAll(() => rm(folder, { recursive: true }));

/** Finds a mongod in a process where neither PATH nor network has anything to offer. */
function find(env: Record<string, string>): Promise<string> {
  const nowhere = {
    MONGOMS_DOWNLOAD_URL: 'https://127.0.0.1:1/mongodb-linux-x86_64-debian12-8.2.6.tgz',
    MONGOMS_PREFER_GLOBAL_PATH: 'false',
  };
  const all = { PATH: folder, SESSION_GUARD_CACHE: join(folder, 'cache'), ...nowhere, ...env };
  return new Promise(resolve => {
    const args = ['--input-type=module', '-e', program];
    execFile(process.execPath, args, { env: all, cwd: folder }, (_, stdout) => resolve(stdout));
  });
}

test('`MONGOMS_SYSTEM_BINARY` must run, and nothing else is tried', async () => {
  const message = await find({ MONGOMS_SYSTEM_BINARY: join(folder, 'absent') });
  expect(message).toContain('MONGOMS_SYSTEM_BINARY names a mongod that does not run');
  expect(message).toContain('command not found');
});

test('a `mongod` on the PATH is found', async () => {
  const bin = await mkdtemp(join(folder, 'bin-'));
  const mongod = join(bin, 'mongod');
  await writeFile(mongod, '#!/bin/sh\necho "db version v7.0.1"\n', { mode: 0o755 });
  expect(await find({ PATH: bin })).toBe(`${mongod}\n`);
});

test('a missing library is called by its package', async () => {
  const broken = join(folder, 'broken');
  const complaint = 'error while loading shared libraries: libcurl.so.4: cannot open shared object file';
  await writeFile(broken, `#!/bin/sh\necho "${complaint}" >&2\nexit 127\n`, { mode: 0o755 });
  expect(await find({ MONGOMS_SYSTEM_BINARY: broken })).toContain('apt-get install libcurl4');
});

test('when every way fails, the message lists the tried ways and the remedies, and the cache is left clean', async () => {
  const message = await find({});
  expect(message).toContain('PATH: no mongod there');
  expect(message).toContain("mongodb-memory-server's download of");
  expect(message).toContain('set MONGOMS_SYSTEM_BINARY');
  expect(await readdir(join(folder, 'cache'))).toEqual([]);
});

test("a download from a host with an invalid certificate is refused, whatever npm's settings are", async () => {
  const host = await startDownloadHost();
  try {
    const message = await find({
      MONGOMS_VERSION: '8.0.1',
      MONGOMS_DOWNLOAD_URL: `${host.url}/mongodb-linux-x86_64-debian12-8.0.1.tgz`,
      npm_config_strict_ssl: 'false',
    });
    expect(message).toContain('self-signed certificate');
    expect({ asked: host.asked(), ran: await host.ran() }).toEqual({ asked: 0, ran: false });
  } finally {
    await host.close();
  }
});

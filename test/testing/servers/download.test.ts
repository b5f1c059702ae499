import { createHash } from 'node:crypto';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { memoryReplicaSet } from '../../../src/testing/index.ts';
import {
  certificateFile,
  startDownloadHost,
  type DownloadHost,
} from '../../support/download-host/download-host.ts';

const version = '8.0.1';

let host: DownloadHost;

beforeEach(async () => {
  host = await startDownloadHost();
  vi.stubEnv('MONGOMS_SYSTEM_BINARY', '');
  vi.stubEnv('MONGOMS_DOWNLOAD_MIRROR', host.url);
  vi.stubEnv('MONGOMS_DOWNLOAD_DIR', host.folder);
  vi.stubEnv('MONGOMS_PREFER_GLOBAL_PATH', 'false');
  vi.stubEnv('MONGOMS_MD5_CHECK', 'false');
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await host.close();
});

it.each([undefined, '', 'false'])(
  'takes nothing from a host whose certificate is not valid, also where npm_config_strict_ssl is %j',
  async strict => {
    vi.stubEnv('npm_config_strict_ssl', strict);
    vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
    const error: unknown = await memoryReplicaSet({ version }).catch((reason: unknown) => reason);
    expect({ asked: host.asked(), ran: await host.ran() }).toEqual({ asked: 0, ran: false });
    expect(error).toMatchObject({ code: 'ERR_SESSION_GUARD_NO_SERVER' });
    expect(error).toHaveProperty('message', expect.stringContaining('self-signed certificate'));
  },
);

it('takes what it needs from a host that `NODE_EXTRA_CA_CERTS` vouches for', async () => {
  vi.stubEnv('NODE_EXTRA_CA_CERTS', certificateFile);
  await expect(memoryReplicaSet({ version })).rejects.toThrow('not a server');
  expect({ asked: host.asked(), ran: await host.ran() }).toEqual({ asked: 1, ran: true });
});

it('runs no program but the one with the `sha256` that is asked for', async () => {
  vi.stubEnv('NODE_EXTRA_CA_CERTS', certificateFile);
  const sum = createHash('sha256').update(host.program).digest('hex');
  const other = sum.replace(/^./, first => (first === '0' ? '1' : '0'));
  await expect(memoryReplicaSet({ version, sha256: other })).rejects.toThrow(`is ${sum}, not ${other}`);
  // In the cache of mongodb-memory-server by now.
  await expect(memoryReplicaSet({ version, sha256: other })).rejects.toThrow('it was not run');
  expect(await host.ran()).toBe(false);
  await expect(memoryReplicaSet({ version, sha256: sum.toUpperCase() })).rejects.toThrow('not a server');
  expect(await host.ran()).toBe(true);
});

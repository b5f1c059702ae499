import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { withoutRunner } from '../register/support/run-preloaded.ts';
import { replicaSetUri } from '../setup/servers.ts';

const soak = fileURLToPath(new URL('../../scripts/soak/stop.mjs', import.meta.url));

/** `npm run soak:stop` does it a hundred times. It needs `npm run build`. */
test('SIGTERM under load loses no acknowledged write, and resets no request', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [soak, '3'], {
    env: { ...withoutRunner(), MONGODB_URI: replicaSetUri() },
  });
  expect(stdout).toMatch(/^3 stops: \d+ acknowledged writes, 0 failures\.\n$/);
});

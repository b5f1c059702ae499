import { randomUUID } from 'node:crypto';
import { createClient } from 'redis';
import { expect, onTestFinished, test } from 'vitest';
import { changeOf } from '../../../src/store/backend/change.ts';
import type { NewSession } from '../../../src/store/backend/session-record.ts';
import { redisBackend } from '../../../src/store/redis/index.ts';
import { redisUrl } from '../../setup/servers.ts';

const call = { signal: new AbortController().signal };

function sessionOf(fields: ReadonlyMap<string, string>): NewSession {
  const life = { idleMS: 60_000, expiresInMS: 60_000, absoluteEnd: { inMS: 600_000 } };
  const nobody = { user: undefined, authenticatedAt: undefined, epoch: '', device: undefined };
  const own = { userKey: 'user-key', hash: 'hash', handle: 'handle', version: 1, successor: undefined };
  return { ...own, ...nobody, ...life, createdAt: 'now', fields };
}

// A tool that copies keys from one server to another may leave out their ends.
test.each(['string', 'hash'] as const)(
  'A session with the layout %s whose key has lost its end is replaced, and returned where the caller knows an older version.',
  async layout => {
    const client = createClient({ url: await redisUrl() });
    await client.connect();
    onTestFinished(() => client.destroy());
    const keyPrefix = `lost-end:${randomUUID()}:`;
    const backend = redisBackend(client, { keyPrefix, layout });
    const session = sessionOf(new Map([['a', '1']]));
    await backend.insert(session, call);
    expect(await client.persist(`${keyPrefix}s:{user-key}:hash`)).toBe(1);
    const fields = new Map([['b', '2']]);
    for (const knownVersion of [1, undefined]) {
      const change = changeOf({ set: fields, replace: true, knownVersion });
      const written = await backend.write(session, change, call);
      expect(written).toMatchObject({ outcome: 'written', ...(knownVersion === undefined && { fields }) });
      expect(await backend.read([session], call)).toMatchObject([{ record: { fields } }]);
    }
    await backend.refresh(session, call);
    expect(await client.pTTL(`${keyPrefix}s:{user-key}:hash`)).toBeGreaterThan(0);
  },
);

import { afterAll, beforeAll } from 'vitest';
import { startReplicaSet } from '../../../scripts/servers/mongodb/replica-set.mjs';

/** A server has one `failCommand` fail point: a file that sets it has a replica set of its own. */
export function ownReplicaSet(): () => string {
  let server: Awaited<ReturnType<typeof startReplicaSet>> | undefined;
  beforeAll(async () => {
    server = await startReplicaSet();
  });
  afterAll(() => server?.stop());
  return () => {
    if (server === undefined) throw new Error('the server has not been started yet');
    return server.uri;
  };
}

import type { TestProject } from 'vitest/node';
import { startReplicaSet } from '../../scripts/servers/replica-set.mjs';
import { startStandalone } from '../../scripts/servers/standalone.mjs';

declare module 'vitest' {
  interface ProvidedContext {
    readonly replicaSetUri: string;
    readonly standaloneUri: string;
  }
}

type Server = Pick<Awaited<ReturnType<typeof startReplicaSet>>, 'uri' | 'stop'>;

/** One of each kind for the whole run; a test file that freezes or kills a server starts its own. */
export default async function globalServers(project: TestProject): Promise<() => Promise<void>> {
  const [replicaSet, standalone] = await Promise.all([
    existing('SESSION_GUARD_TEST_URI') ?? startReplicaSet(),
    existing('SESSION_GUARD_TEST_STANDALONE_URI') ?? startStandalone(),
  ]);
  project.provide('replicaSetUri', replicaSet.uri);
  project.provide('standaloneUri', standalone.uri);
  return async () => {
    await Promise.all([replicaSet.stop(), standalone.stop()]);
  };
}

/** A server that somebody else runs, and ends. */
function existing(variable: string): Server | undefined {
  const uri = process.env[variable];
  return uri ? { uri, stop: async () => {} } : undefined;
}

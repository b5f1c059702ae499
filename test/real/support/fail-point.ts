import type { MongoClient } from 'mongodb';
import { onTestFinished } from 'vitest';
import { replicaSetUri } from '../../setup/servers.ts';

export interface FailCommand {
  readonly failCommands: readonly string[];
  readonly errorCode?: number;
  readonly errorLabels?: readonly string[];
  readonly closeConnection?: boolean;
  readonly blockConnection?: boolean;
  readonly blockTimeMS?: number;
  readonly writeConcernError?: object;
}

/**
 * Makes the server fail (or delay) commands of one application; undone when the test is over. A server has one such fail point:
 * two test files that set it at once would undo each other's, so it is refused on the servers that all files share.
 */
export async function failCommand(
  admin: MongoClient,
  appName: string,
  mode: 'alwaysOn' | { readonly times: number } | { readonly skip: number },
  data: FailCommand,
): Promise<() => Promise<void>> {
  if (isShared(admin)) throw new Error('Set fail points on a server of your own: see ownReplicaSet().');
  const off = async () => {
    await admin.db('admin').command({ configureFailPoint: 'failCommand', mode: 'off' });
  };
  await admin.db('admin').command({ configureFailPoint: 'failCommand', mode, data: { ...data, appName } });
  onTestFinished(off);
  return off;
}

function isShared({ options }: MongoClient): boolean {
  const shared = new URL(replicaSetUri().replace('mongodb:', 'http:')).host;
  return options.hosts.some(host => host.toString() === shared);
}

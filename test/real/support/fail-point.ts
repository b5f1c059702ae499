import type { MongoClient } from 'mongodb';
import { onTestFinished } from 'vitest';

export interface FailCommand {
  readonly failCommands: readonly string[];
  readonly errorCode?: number;
  readonly errorLabels?: readonly string[];
  readonly closeConnection?: boolean;
  readonly blockConnection?: boolean;
  readonly blockTimeMS?: number;
  readonly writeConcernError?: object;
}

/** Makes the server fail (or delay) commands of one application; undone when the test is over. */
export async function failCommand(
  admin: MongoClient,
  appName: string,
  mode: 'alwaysOn' | { readonly times: number } | { readonly skip: number },
  data: FailCommand,
): Promise<() => Promise<void>> {
  const off = async () => {
    await admin.db('admin').command({ configureFailPoint: 'failCommand', mode: 'off' });
  };
  await admin.db('admin').command({ configureFailPoint: 'failCommand', mode, data: { ...data, appName } });
  onTestFinished(off);
  return off;
}
